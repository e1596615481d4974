//! Our side of the race with `implicit`: trains ALS on entries from a file, says how many seconds that took, and writes what it
//! recommends. `bench/quality/als.py` runs it:
//!
//! `cargo run --release -p nearsong-recommend --example als_race ENTRIES LISTS N_LISTS NAME=VALUE…`
//!
//! `ENTRIES` is little-endian `u32`: the numbers of owners and items, then (owner, item) for every entry, ascending. `LISTS` gets, for each of
//! the first `N_LISTS` owners, the 20 best items that the owner does not have.

use std::{fs, sync::Arc, time::Instant};

use nearsong_recommend::{Adventure, Algorithm, Model, ScoreRequest, Scorer, Taste, TrainConfig, TrainingData};
use nearsong_types::{
    AudioFeatures, Interaction, Interactions, ItemIdx, MatchedInteractions, RecordingTable, Silent, TrackId,
};
use rayon::prelude::*;

type Failure = Box<dyn std::error::Error>;

const LENGTH: usize = 20;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [entries, lists, n_lists, parameters @ ..] = arguments.as_slice() else {
        return Err("expected ENTRIES LISTS N_LISTS NAME=VALUE…".into());
    };
    let interactions = read(entries)?;
    let table = Arc::new(nameless(interactions.by_item.n_items())?);
    let mut config = TrainConfig::of(Algorithm::Als);
    for parameter in parameters {
        let (name, value) = parameter.split_once('=').ok_or("expected NAME=VALUE")?;
        config = config.with(name, value)?;
    }
    let data = TrainingData { table: &table, interactions: Some(&interactions) };
    let started = Instant::now();
    let model = Model::train(&config, &data, 42, &Silent)?;
    println!("{}", started.elapsed().as_secs_f64());
    let scorer = model.bind(table)?;
    let owners = 0..n_lists.parse::<usize>()?.min(interactions.n_owners());
    let best: Vec<Vec<u32>> =
        owners.into_par_iter().map(|owner| best(&*scorer, &interactions.by_item, owner)).collect();
    let bytes: Vec<u8> = best.iter().flatten().flat_map(|item| item.to_le_bytes()).collect();
    fs::write(lists, bytes)?;
    Ok(())
}

fn read(path: &str) -> Result<MatchedInteractions, Failure> {
    let bytes = fs::read(path)?;
    let mut numbers = bytes.as_chunks().0.iter().map(|&number| u32::from_le_bytes(number));
    let mut next = || numbers.next().ok_or("the file ends early");
    let (n_owners, n_items) = (next()?, next()?);
    let entries: Vec<(u32, u32)> = std::iter::from_fn(|| Some((next().ok()?, next().ok()?))).collect();
    let mut of_owners = entries.chunk_by(|a, b| a.0 == b.0).peekable();
    let mut by_item = Interactions::new(n_items as usize);
    for owner in 0..n_owners {
        let entries = of_owners.next_if(|entries| entries[0].0 == owner).unwrap_or_default();
        by_item.push_owner(entries.iter().map(|&(_, item)| Interaction { item, weight: 1.0, at: None }));
    }
    Ok(MatchedInteractions { by_item, by_artist: Interactions::new(0) })
}

/// Recordings of which nothing is known.
fn nameless(n_items: usize) -> Result<RecordingTable, Failure> {
    let mut table = RecordingTable::default();
    for row in 0..n_items {
        let id: TrackId = format!("{row:022}").parse()?;
        table.track_ids.push(id);
        table.titles.push("");
        table.artists.push_row([]);
        table.genres.push_row([]);
        table.albums.push_row([]);
        table.audio.push(AudioFeatures::NONE);
        table.popularities.push(u8::MAX);
        table.years.push(0);
        table.durations_ms.push(0);
        table.explicits.push(u8::MAX);
        table.track_items.push((id, ItemIdx(row as u32)));
    }
    Ok(table)
}

/// The best items that an owner does not have; filled up with a number that is no item where there are fewer.
fn best(scorer: &dyn Scorer, interactions: &Interactions, owner: usize) -> Vec<u32> {
    let taste = Taste::new(interactions.items_of(owner).iter().map(|&item| (ItemIdx(item), 1.0)), []);
    let mut allowed = vec![true; interactions.n_items()];
    interactions.items_of(owner).iter().for_each(|&item| allowed[item as usize] = false);
    let request = ScoreRequest { taste: &taste, allowed: &allowed, adventure: Adventure::NEUTRAL, progress: &Silent };
    let scored = scorer.best(&request, LENGTH).unwrap_or_default();
    let mut items: Vec<u32> = scored.iter().map(|scored| scored.item.0).collect();
    items.resize(LENGTH, u32::MAX);
    items
}
