use crate::{Artifact, ArtifactError, Interactions, Names, TrackId};

const KIND: &str = "interaction-set";
const VERSION: u32 = 1;
/// Stands for a missing id where ids are kept: no letter or digit, so never an id.
const NO_ID: [u8; TrackId::LEN] = [0; TrackId::LEN];

/// What the items of a set of interactions are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// Songs: a track id, or title and artist, or both.
    Song,
    /// Artists: only [`InteractionSet::artists`] is filled.
    Artist,
    /// Things that only their file knows, by a key that stands in [`InteractionSet::titles`].
    Other,
}

impl ItemKind {
    const ALL: [Self; 3] = [Self::Song, Self::Artist, Self::Other];

    /// Its name in files and machine-readable output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Song => "song",
            Self::Artist => "artist",
            Self::Other => "other",
        }
    }
}

/// Interactions as a file gave them: nothing matched yet, every item with the names that the file has for it.
///
/// # Shapes
/// `track_ids`, `titles`, `artists`: one entry per item, empty where the file says nothing; `interactions` over as many items.
#[derive(Debug, Clone, PartialEq)]
pub struct InteractionSet {
    /// What the items are.
    pub kind: ItemKind,
    /// Spotify's id of each item.
    pub track_ids: Vec<Option<TrackId>>,
    /// Title of each item, or its key.
    pub titles: Names,
    /// Artist of each item.
    pub artists: Names,
    /// Who had to do with them.
    pub interactions: Interactions,
}

impl InteractionSet {
    /// The bytes to keep.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut artifact = Artifact::new(KIND, VERSION);
        artifact.put_bytes("kind", self.kind.name().as_bytes());
        let ids: Vec<u8> = self.track_ids.iter().flat_map(|id| id.map_or(NO_ID, |id| *id.as_bytes())).collect();
        artifact.put_bytes("track_ids", &ids);
        for (name, names) in [("titles", &self.titles), ("artists", &self.artists)] {
            artifact.put(&format!("{name}.offsets"), names.offsets());
            artifact.put_bytes(&format!("{name}.text"), names.text().as_bytes());
        }
        self.interactions.write(&mut artifact, "interactions");
        artifact.to_bytes()
    }

    /// Reads kept bytes and checks all of them.
    ///
    /// # Errors
    /// [`ArtifactError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ArtifactError> {
        let artifact = Artifact::from_bytes(bytes)?;
        artifact.expect(KIND, VERSION)?;
        let bad = |section: &str| ArtifactError::BadSection { section: section.to_owned() };
        let name = artifact.text("kind")?;
        let kind = ItemKind::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| bad("kind"))?;
        let interactions = Interactions::read(&artifact, "interactions")?;
        let names = |name: &str| -> Result<Names, ArtifactError> {
            let offsets = artifact.get(&format!("{name}.offsets"))?;
            let text = artifact.text(&format!("{name}.text"))?.to_owned();
            let names = Names::from_parts(offsets, text).ok_or_else(|| bad(name))?;
            if names.len() == interactions.n_items() { Ok(names) } else { Err(bad(name)) }
        };
        let track_ids = track_ids(artifact.bytes("track_ids")?).ok_or_else(|| bad("track_ids"))?;
        if track_ids.len() != interactions.n_items() {
            return Err(bad("track_ids"));
        }
        Ok(Self { kind, track_ids, titles: names("titles")?, artists: names("artists")?, interactions })
    }
}

fn track_ids(bytes: &[u8]) -> Option<Vec<Option<TrackId>>> {
    let (chunks, rest) = bytes.as_chunks::<{ TrackId::LEN }>();
    let id = |&chunk: &[u8; TrackId::LEN]| match chunk {
        NO_ID => Some(None),
        chunk => TrackId::from_bytes(chunk).map(Some),
    };
    rest.is_empty().then(|| chunks.iter().map(id).collect()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Interaction;

    fn sample() -> InteractionSet {
        let mut interactions = Interactions::new(2);
        interactions.push_owner([Interaction { item: 1, weight: 1.0, at: None }]);
        InteractionSet {
            kind: ItemKind::Song,
            track_ids: vec![None, Some("000000000000000000000a".parse().unwrap())],
            titles: ["New Grass", ""].into_iter().collect(),
            artists: ["Talk Talk", "Björk"].into_iter().collect(),
            interactions,
        }
    }

    #[test]
    fn bytes_and_back() {
        assert_eq!(InteractionSet::from_bytes(&sample().to_bytes()).unwrap(), sample());
    }

    #[test]
    fn columns_of_different_lengths_are_refused_by_name() {
        let mut short = sample();
        short.track_ids.pop();
        let error = InteractionSet::from_bytes(&short.to_bytes()).unwrap_err();
        assert_eq!(error, ArtifactError::BadSection { section: "track_ids".to_owned() });
    }
}
