//! How numbers, times and tables look in a terminal.

use std::time::Duration;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `1234567` as `1,234,567`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Bytes in the unit that fits: `860 B`, `12.4 MB`.
pub fn bytes(number: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if number < 1000 {
        return format!("{number} B");
    }
    let mut value = number as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// A share of a whole: `61 %`, `0.4 %`; `–` of nothing.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let value = 100.0 * part as f64 / whole as f64;
    if value == 0.0 || value >= 9.95 { format!("{value:.0} %") } else { format!("{value:.1} %") }
}

/// `1 playlist`, `12 playlists`.
pub fn playlists(number: u64) -> String {
    if number == 1 { "1 playlist".to_owned() } else { format!("{} playlists", count(number)) }
}

/// `1 file`, `3 files`.
pub fn files(number: usize) -> String {
    if number == 1 { "1 file".to_owned() } else { format!("{} files", count(number as u64)) }
}

/// ` of ana`, or nothing for the one listener who gave no name.
pub fn of_listener(name: &str) -> String {
    if name == nearsong_app::DEFAULT_LISTENER { String::new() } else { format!(" of {name}") }
}

/// A stretch of time: `12 ms`, `3.4 s`, `2 min 5 s`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        _ if seconds < 1.0 => format!("{:.0} ms", seconds * 1e3),
        _ if seconds < 60.0 => format!("{seconds:.1} s"),
        _ => format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60),
    }
}

/// Length of a song: `3:51`.
pub fn song_length(ms: u32) -> String {
    let seconds = (ms + 500) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Names come from files: what would steer a terminal is taken out.
pub fn plain(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// Cuts a text to a width in terminal cells, with an ellipsis where something was cut, and fills it up with spaces.
pub fn fitted(text: &str, width: usize) -> String {
    let full = text.width();
    if full <= width {
        return format!("{text}{}", " ".repeat(width - full));
    }
    let mut cut = String::new();
    let mut used = 0;
    for character in text.chars() {
        let cells = character.width().unwrap_or(0);
        if used + cells + 1 > width {
            break;
        }
        cut.push(character);
        used += cells;
    }
    format!("{cut}…{}", " ".repeat(width - used - 1))
}

/// Breaks a text between words into lines of at most `width` terminal cells, each behind `indent` spaces.
///
/// A single word wider than that stands on a line of its own.
pub fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && indent + line.width() + 1 + word.width() > width {
            lines.push_str(&format!("{}{line}\n", " ".repeat(indent)));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if line.is_empty() { lines } else { format!("{lines}{}{line}\n", " ".repeat(indent)) }
}

/// Rows of cells in columns that line up, two spaces apart; numbers (columns named in `right`) to the right.
pub fn columns(rows: &[Vec<String>], right: &[usize]) -> String {
    let n_columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..n_columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::from(" ");
        for (column, cell) in row.iter().enumerate() {
            let fill = " ".repeat(widths[column] - cell.width());
            line.push(' ');
            line.push_str(&if right.contains(&column) { format!("{fill}{cell}") } else { format!("{cell}{fill}") });
            line.push(' ');
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_units_fit() {
        assert_eq!(["0", "999", "1,000", "12,345,678"], [0, 999, 1_000, 12_345_678].map(count));
        assert_eq!(["999 B", "1.0 kB", "1.0 MB", "26.3 MB"], [999, 1_000, 999_960, 26_278_462].map(bytes));
        assert_eq!(percent(1, 0), "–");
        assert_eq!(percent(611, 1000), "61 %");
        assert_eq!(percent(4, 1000), "0.4 %");
        assert_eq!(song_length(230_666), "3:51");
    }

    #[test]
    fn texts_fit_their_column_in_any_script() {
        assert_eq!(fitted("Björk", 7), "Björk  ");
        assert_eq!(fitted("宇多田ヒカル", 7), "宇多田…");
        assert_eq!(fitted("Talk Talk", 5), "Talk…");
        for width in 1..20 {
            assert_eq!(fitted("宇多田 Hikaru", width).width(), width);
        }
    }

    #[test]
    fn long_texts_break_between_words() {
        assert_eq!(wrapped("so much to say", 2, 10), "  so much\n  to say\n");
        assert_eq!(wrapped("宇多田 ヒカル", 1, 8), " 宇多田\n ヒカル\n");
        assert_eq!(wrapped("", 2, 10), "");
        assert_eq!(wrapped("a incomprehensibilities b", 0, 10), "a\nincomprehensibilities\nb\n");
    }

    #[test]
    fn columns_line_up() {
        let rows = [vec!["a".to_owned(), "10".to_owned()], vec!["宇多".to_owned(), "5".to_owned()]];
        assert_eq!(columns(&rows, &[1]), "  a     10\n  宇多   5\n");
    }
}
