use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::{JsonFault, error::excerpt};

/// The value of a field before its type is checked, so that a wrong type can be told with the field's name.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Scalar<'a> {
    #[default]
    Null,
    Bool(bool),
    Whole(i64),
    Fraction(f64),
    Text(Cow<'a, str>),
    List,
    Object,
}

impl Scalar<'_> {
    /// The text where it is one, trimmed, whatever it is otherwise.
    pub(crate) fn plain_text(&self) -> &str {
        match self {
            Self::Text(text) => text.trim(),
            _ => "",
        }
    }

    /// A trimmed text; `None` where it is null, absent or blank.
    pub(crate) fn text(&self, field: &'static str, max_chars: usize) -> Result<Option<&str>, JsonFault> {
        let text = match self {
            Self::Null => return Ok(None),
            Self::Text(text) => text.trim(),
            other => return Err(other.is_not("a text", field)),
        };
        if text.len() > max_chars && text.chars().count() > max_chars {
            let expected = format!("a text of at most {max_chars} characters");
            return Err(JsonFault::BadField { field, expected, found: format!("one of {}", text.chars().count()) });
        }
        Ok((!text.is_empty()).then_some(text))
    }

    /// A whole number; `None` where it is null or absent.
    pub(crate) fn whole(&self, field: &'static str) -> Result<Option<i64>, JsonFault> {
        match self {
            Self::Null => Ok(None),
            Self::Whole(number) => Ok(Some(*number)),
            other => Err(other.is_not("a whole number", field)),
        }
    }

    /// True or false; `None` where it is null or absent.
    pub(crate) fn bool(&self, field: &'static str) -> Result<Option<bool>, JsonFault> {
        match self {
            Self::Null => Ok(None),
            Self::Bool(value) => Ok(Some(*value)),
            other => Err(other.is_not("true or false", field)),
        }
    }

    fn is_not(&self, expected: &str, field: &'static str) -> JsonFault {
        JsonFault::BadField { field, expected: expected.to_owned(), found: self.to_string() }
    }
}

impl fmt::Display for Scalar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Whole(number) => write!(f, "the number {number}"),
            Self::Fraction(number) => write!(f, "the number {number}"),
            Self::Text(text) => write!(f, "the text {}", excerpt(text)),
            Self::List => f.write_str("a list"),
            Self::Object => f.write_str("an object"),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Whole(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(number).map_or(Scalar::Fraction(number as f64), Scalar::Whole))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Fraction(number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Object)
    }
}
