use crate::{fault::Refusal, schema::Field};

/// One value as a file holds it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) enum Cell<'a> {
    #[default]
    Missing,
    Text(&'a [u8]),
    Int(i64),
    Float(f64),
    Bool(bool),
}

/// One row, by [`Field::at`].
pub(crate) struct Cells<'a>(pub(crate) [Cell<'a>; Field::COUNT]);

impl<'a> Cells<'a> {
    pub(crate) fn get(&self, field: Field) -> Cell<'a> {
        self.0[field.at()]
    }
}

impl<'a> Cell<'a> {
    /// The number in the cell, if there is one.
    ///
    /// # Errors
    /// Where a text is no number, or the number is NaN or infinite.
    pub(crate) fn number(self, column: &'static str) -> Result<Option<f64>, Refusal> {
        let number = match self {
            Self::Missing => return Ok(None),
            Self::Int(value) => value as f64,
            Self::Float(value) => value,
            Self::Bool(value) => f64::from(u8::from(value)),
            Self::Text(bytes) => {
                let text = std::str::from_utf8(bytes).map_err(|_| Refusal::not_text(column, bytes))?.trim();
                if text.is_empty() {
                    return Ok(None);
                }
                text.parse().map_err(|_| Refusal::not_a_number(column, text))?
            }
        };
        if number.is_finite() { Ok(Some(number)) } else { Err(Refusal::not_finite(column, number)) }
    }

    /// The whole number in the cell, from `low` to `high`.
    ///
    /// # Errors
    /// As [`Cell::number`], and where the number has a fraction or lies outside.
    pub(crate) fn whole(self, column: &'static str, low: i64, high: i64) -> Result<Option<i64>, Refusal> {
        let Some(number) = self.number(column)? else { return Ok(None) };
        if number.fract() != 0.0 || number < low as f64 || number > high as f64 {
            return Err(Refusal::out_of_range(column, number, &format!("a whole number from {low} to {high}")));
        }
        Ok(Some(number as i64))
    }

    /// Yes or no, written as a truth value, 0 or 1, or `True`/`False` in any case.
    ///
    /// # Errors
    /// Where it is something else.
    pub(crate) fn truth(self, column: &'static str) -> Result<Option<bool>, Refusal> {
        if let Self::Text(text) = self {
            if text.eq_ignore_ascii_case(b"true") {
                return Ok(Some(true));
            }
            if text.eq_ignore_ascii_case(b"false") {
                return Ok(Some(false));
            }
        }
        Ok(self.whole(column, 0, 1)?.map(|value| value == 1))
    }

    /// The text in the cell, untrimmed, up to `max_bytes` long; numbers have none.
    ///
    /// # Errors
    /// Where it is not UTF-8 or longer.
    pub(crate) fn text(self, column: &'static str, max_bytes: usize) -> Result<Option<&'a str>, Refusal> {
        let Self::Text(bytes) = self else { return Ok(None) };
        if bytes.len() > max_bytes {
            return Err(Refusal::long_text(column, bytes.len(), max_bytes));
        }
        std::str::from_utf8(bytes).map(Some).map_err(|_| Refusal::not_text(column, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_every_type() {
        for cell in [Cell::Int(4), Cell::Float(4.0), Cell::Text(b" 4 "), Cell::Text(b"4.0"), Cell::Text(b"4e0")] {
            assert_eq!(cell.whole("key", 0, 11).unwrap(), Some(4), "{cell:?}");
        }
        assert_eq!(Cell::Text(b"").number("key").unwrap(), None);
        assert_eq!(Cell::Missing.number("key").unwrap(), None);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for cell in
            [Cell::Text(b"NaN"), Cell::Text(b"-inf"), Cell::Float(f64::NAN), Cell::Text(b"1,5"), Cell::Text(b"\xff")]
        {
            assert!(cell.number("tempo").is_err(), "{cell:?}");
        }
        assert!(Cell::Float(0.5).whole("key", 0, 11).is_err());
        assert!(Cell::Int(12).whole("key", 0, 11).is_err());
    }

    #[test]
    fn truth_is_read_in_every_spelling() {
        for (cell, truth) in [
            (Cell::Text(b"True"), true),
            (Cell::Text(b"false"), false),
            (Cell::Bool(true), true),
            (Cell::Int(0), false),
        ] {
            assert_eq!(cell.truth("explicit").unwrap(), Some(truth), "{cell:?}");
        }
        assert!(Cell::Text(b"maybe").truth("explicit").is_err());
        assert!(Cell::Int(2).truth("explicit").is_err());
    }
}
