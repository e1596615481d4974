use serde::{Deserialize, Serialize};

/// How familiar or adventurous a list is to be.
///
/// # Range
/// 0 (music close to what is known) to 1 (only the unknown); 0.5 changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f32", into = "f32")]
pub struct Adventure(f32);

/// A dial position outside 0..1.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("expected a number from 0 (familiar) to 1 (adventurous), found {found}")]
pub struct OutOfDial {
    /// The number.
    pub found: f32,
}

impl Adventure {
    /// The middle of the dial.
    pub const NEUTRAL: Self = Self(0.5);

    /// Takes a dial position.
    ///
    /// # Errors
    /// Where it is outside 0..=1 or not a number.
    pub fn new(position: f32) -> Result<Self, OutOfDial> {
        (0.0..=1.0).contains(&position).then_some(Self(position)).ok_or(OutOfDial { found: position })
    }

    /// The dial position, 0..=1.
    pub fn position(self) -> f32 {
        self.0
    }

    /// What ties to known artists and albums are multiplied by: 2 at 0, 1 in the middle, 0 at 1.
    pub fn familiarity(self) -> f32 {
        2.0 * (1.0 - self.0)
    }
}

impl Default for Adventure {
    fn default() -> Self {
        Self::NEUTRAL
    }
}

impl TryFrom<f32> for Adventure {
    type Error = OutOfDial;

    fn try_from(position: f32) -> Result<Self, Self::Error> {
        Self::new(position)
    }
}

impl From<Adventure> for f32 {
    fn from(adventure: Adventure) -> Self {
        adventure.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dial_refuses_what_is_not_on_it() {
        for position in [-0.1, 1.1, f32::NAN] {
            assert!(Adventure::new(position).is_err());
        }
        assert_eq!(Adventure::NEUTRAL.familiarity(), 1.0);
    }
}
