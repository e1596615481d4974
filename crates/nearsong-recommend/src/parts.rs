use serde::Serialize;

use crate::Heard;

/// One way in which a recording can be near to a taste; each can be said to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// By an artist who was listened to.
    Artist,
    /// By an artist who shares credits or compilations with one who was listened to, or partners on them.
    Circle,
    /// Of the same or related genres.
    Genre,
    /// On the same album.
    Album,
    /// On albums whose titles share words: series, soundtracks, compilations.
    Words,
    /// Listened to by the same people, or on the same playlists.
    Together,
    /// Sounds alike.
    Audio,
    /// From the same years.
    Year,
    /// Well known at large, whatever the taste.
    Prior,
    /// By chance, where a list is drawn at random.
    Chance,
    /// Heard before: takes away, the more the further the dial stands towards the adventurous.
    Known,
}

impl Part {
    /// Number of parts.
    pub const COUNT: usize = 11;

    /// The word for it in machine-readable output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Artist => "artist",
            Self::Circle => "circle",
            Self::Genre => "genre",
            Self::Album => "album",
            Self::Words => "album_words",
            Self::Together => "together",
            Self::Audio => "audio",
            Self::Year => "year",
            Self::Prior => "prior",
            Self::Chance => "chance",
            Self::Known => "known",
        }
    }
}

/// What each part adds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Parts([f32; Part::COUNT]);

impl Parts {
    /// A single part.
    pub fn of(part: Part, value: f32) -> Self {
        let mut parts = Self::default();
        parts.add(part, value);
        parts
    }

    /// What one part adds.
    pub fn get(&self, part: Part) -> f32 {
        self.0[part as usize]
    }

    /// Adds to one part.
    pub fn add(&mut self, part: Part, value: f32) {
        self.0[part as usize] += value;
    }

    /// Adds all parts of another.
    pub fn add_all(&mut self, other: &Parts) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
    }

    /// Adds all parts of another, each multiplied by `weight`.
    pub fn add_scaled(&mut self, other: &Parts, weight: f32) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += weight * theirs;
        }
    }

    /// All parts together.
    pub fn sum(&self) -> f32 {
        self.0.iter().sum()
    }

    /// The parts that add or take something away, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (Part, f32)> {
        const ALL: [Part; Part::COUNT] = [
            Part::Artist,
            Part::Circle,
            Part::Genre,
            Part::Album,
            Part::Words,
            Part::Together,
            Part::Audio,
            Part::Year,
            Part::Prior,
            Part::Chance,
            Part::Known,
        ];
        ALL.into_iter().map(|part| (part, self.get(part))).filter(|&(_, value)| value != 0.0)
    }
}

/// A score taken apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contributions {
    /// What each thing heard adds, in the order of the taste; things that add nothing may be left out.
    pub by_heard: Vec<(Heard, Parts)>,
    /// What the recording brings by itself.
    pub own: Parts,
}

impl Contributions {
    /// Each part over all that was heard; its sum is the score.
    pub fn total(&self) -> Parts {
        self.by_heard.iter().fold(self.own, |mut total, (_, parts)| {
            total.add_all(parts);
            total
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_listed_under_their_own_name() {
        let mut parts = Parts::default();
        parts.add(Part::Year, 2.0);
        parts.add(Part::Artist, -1.0);
        assert_eq!(parts.iter().collect::<Vec<_>>(), [(Part::Artist, -1.0), (Part::Year, 2.0)]);
        assert_eq!(parts.sum(), 1.0);
    }
}
