mod arrangement;
mod shape;

use std::{fmt, str::FromStr};

use nearsong_types::{ItemIdx, RecordingTable};
use serde::{Deserialize, Serialize};

use arrangement::Arrangement;
use shape::{Shape, Sound};

/// In which order the songs of a finished list are played.
///
/// Two rules hold for every order but [`ListOrder::AsRanked`], which changes nothing:
///
/// - No two neighbours share their main artist where that can be avoided; where it cannot, as few as possible do. Neighbours
///   that share a guest are avoided as well as can be found.
/// - A song whose energy (for [`ListOrder::TempoSteps`]: whose tempo) is not known keeps its rank as its place, and the others
///   are ordered around it. It moves only where the rule on artists asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListOrder {
    /// The best first.
    #[default]
    AsRanked,
    /// From the calmest on, each song near the one before in energy and, less so, in tempo.
    SmoothEnergy,
    /// Energy rises to a peak at two thirds of the list, then falls.
    RiseAndFall,
    /// From slow to fast. Half and double tempo count as the same: a song of 75 beats per minute stands beside those of 150.
    TempoSteps,
}

impl ListOrder {
    /// All orders, as help lists them.
    pub const ALL: [Self; 4] = [Self::AsRanked, Self::SmoothEnergy, Self::RiseAndFall, Self::TempoSteps];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsRanked => "as-ranked",
            Self::SmoothEnergy => "smooth-energy",
            Self::RiseAndFall => "rise-and-fall",
            Self::TempoSteps => "tempo-steps",
        }
    }

    /// Orders a list. The same list always comes out in the same order; songs that sound the same go by row.
    ///
    /// # Shapes
    /// `songs` are rows of `table`, the best first, each once. The answer has as many entries: the first is the place in `songs` of
    /// the song to be played first, and so on; each place occurs once.
    pub fn order(self, table: &RecordingTable, songs: &[ItemIdx]) -> Vec<usize> {
        let sounds: Vec<Sound> = songs.iter().map(|&item| Sound::of(table, item)).collect();
        let as_ranked: Vec<usize> = (0..songs.len()).collect();
        let (shape, starts) = match self {
            Self::AsRanked => return as_ranked,
            Self::SmoothEnergy => Shape::path(&sounds),
            Self::RiseAndFall => Shape::rise_and_fall(&sounds),
            Self::TempoSteps => Shape::tempo_steps(&sounds),
        };
        Arrangement::new(table, songs, &shape).best_from(&starts)
    }
}

impl fmt::Display for ListOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{found}” is no order that Nearsong knows; there are as-ranked, smooth-energy, rise-and-fall and tempo-steps")]
pub struct UnknownListOrder {
    /// The word.
    pub found: String,
}

impl FromStr for ListOrder {
    type Err = UnknownListOrder;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = text.trim().to_lowercase();
        Self::ALL
            .into_iter()
            .find(|order| order.name() == word)
            .ok_or_else(|| UnknownListOrder { found: text.to_owned() })
    }
}

#[cfg(test)]
mod tests;
