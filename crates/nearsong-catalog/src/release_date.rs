const YEARS: std::ops::RangeInclusive<u16> = 1860..=2100;

/// A date as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; `None` where it cannot be read.
///
/// Read are these forms, with or without a time behind them, and `M/D/YYYY`: the datasets that write slashes put the
/// month first. A month or day that cannot be is left out.
pub(crate) fn parse_release_date(text: &str) -> Option<String> {
    let text = text.trim();
    let date = text.split(['T', ' ']).next()?;
    if let [month, day, year] = date.split('/').collect::<Vec<_>>()[..] {
        return format_date(year, Some(month), Some(day));
    }
    let year = date.strip_suffix(".0").unwrap_or(date);
    match year.split('-').collect::<Vec<_>>()[..] {
        [year] => format_date(year, None, None),
        [year, month] => format_date(year, Some(month), None),
        [year, month, day] => format_date(year, Some(month), Some(day)),
        _ => None,
    }
}

fn format_date(year: &str, month: Option<&str>, day: Option<&str>) -> Option<String> {
    let year: u16 = number(year).filter(|_| year.len() == 4).filter(|year| YEARS.contains(year))?;
    let Some(month) = month.and_then(number).filter(|month| (1..=12).contains(month)) else {
        return Some(year.to_string());
    };
    match day.and_then(number).filter(|&day| day >= 1 && day <= days_in(year, month)) {
        Some(day) => Some(format!("{year}-{month:02}-{day:02}")),
        None => Some(format!("{year}-{month:02}")),
    }
}

fn number(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

const fn days_in(year: u16, month: u16) -> u16 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_found_in_datasets_is_read() {
        for (text, date) in [
            ("1975", "1975"),
            ("1975.0", "1975"),
            ("2010-05", "2010-05"),
            ("2010-05-11", "2010-05-11"),
            ("2010-05-11T00:00:00Z", "2010-05-11"),
            ("8/31/2019", "2019-08-31"),
            ("2000-02-29", "2000-02-29"),
        ] {
            assert_eq!(parse_release_date(text).as_deref(), Some(date), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_is_left_out() {
        assert_eq!(parse_release_date("2010-13-01").as_deref(), Some("2010"));
        assert_eq!(parse_release_date("1999-02-29").as_deref(), Some("1999-02"));
        for text in ["0000", "", "soon", "19", "1/2/3", "-2010", "2010-05-11-01", "+201"] {
            assert_eq!(parse_release_date(text), None, "{text}");
        }
    }
}
