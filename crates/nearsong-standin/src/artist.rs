use std::{collections::HashSet, ops::Range};

use crate::{draw::Draw, genre::Family, lexicon::Lexicon, scene::Scene, sound::Lean};

/// Somebody who makes music.
pub(crate) struct Artist {
    pub(crate) name: String,
    /// One to three, the main one first.
    pub(crate) genres: Vec<usize>,
    pub(crate) scene: usize,
    /// 0..=100, few are high.
    pub(crate) popularity: i64,
    pub(crate) lean: Lean,
    pub(crate) lettering: Lettering,
    /// Their tracks in the catalogue.
    pub(crate) tracks: Range<usize>,
    /// Their tracks that the catalogue lacks.
    pub(crate) unlisted: Range<usize>,
}

/// How an artist likes titles to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lettering {
    Usual,
    Lower,
    Upper,
}

impl Lettering {
    pub(crate) fn apply(self, text: String) -> String {
        match self {
            Self::Usual => text,
            Self::Lower => text.to_lowercase(),
            Self::Upper => text.to_uppercase(),
        }
    }
}

impl Artist {
    pub(crate) fn new(scene_at: usize, scene: &Scene, name: String, draw: &mut Draw) -> Self {
        let n_genres = match draw.below(100) {
            0..45 => 1,
            45..85 => 2,
            _ => 3,
        };
        let mut genres = vec![scene.genre];
        genres.extend(scene.neighbours.iter().take(n_genres - 1));
        if genres.len() > 1 && draw.percent(15) {
            genres.swap(0, 1);
        }
        let luck = draw.below(1000) as i64;
        let lettering = match draw.below(100) {
            0..4 if scene.tongue == "en" => Lettering::Lower,
            4..6 if scene.tongue == "en" => Lettering::Upper,
            _ => Lettering::Usual,
        };
        Self {
            name,
            genres,
            scene: scene_at,
            popularity: 8 + luck * luck * 84 / 1_000_000,
            lean: Lean::new(draw),
            lettering,
            tracks: 0..0,
            unlisted: 0..0,
        }
    }
}

/// Gives every artist a name that nobody else has.
#[derive(Default)]
pub(crate) struct NameBook {
    taken: HashSet<String>,
}

impl NameBook {
    const TRIES: usize = 40;

    pub(crate) fn name(&mut self, lexicon: &Lexicon, scene: &Scene, draw: &mut Draw) -> String {
        let mut name = String::new();
        for _ in 0..Self::TRIES {
            name = lexicon.text(&name_section(scene, draw), draw);
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
        let numbered = (2..).map(|number| format!("{name} {number}"));
        let fresh = numbered.into_iter().find(|name| !self.taken.contains(name)).expect("numbers never end");
        self.taken.insert(fresh.clone());
        fresh
    }
}

fn name_section(scene: &Scene, draw: &mut Draw) -> String {
    let family = scene.family();
    let stage_names = matches!(family, Family::HipHop | Family::Club | Family::Electronic);
    if scene.tongue != "en" {
        return match draw.below(100) {
            0..45 if stage_names => family.name_section().to_owned(),
            0..8 => "name.pop".to_owned(),
            8..30 => format!("{}.band", scene.tongue),
            _ => format!("{}.person", scene.tongue),
        };
    }
    let mostly_own = stage_names || matches!(family, Family::Jazz | Family::Classical | Family::Heavy);
    match draw.below(100) {
        0..10 => "name.person",
        10..35 if !mostly_own => "name.band",
        _ => family.name_section(),
    }
    .to_owned()
}
