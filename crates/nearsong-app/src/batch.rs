use std::{
    collections::HashSet,
    io::{BufRead, Read, Write},
};

use nearsong_catalog::{SongMatch, match_song};
use nearsong_recommend::{Adventure, Candidates, Filters, ListRules, ScoreRequest, Scored, Taste, rerank};
use nearsong_types::{ItemIdx, Progress, RecordingTable, Silent, Song, TrackId};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{AppError, Recommender, wish::MAX_LIMIT};

const MAX_LINE_BYTES: u64 = 4 << 20;
const MAX_SEEDS: usize = 10_000;
const LINES_AT_ONCE: usize = 64;
const DEFAULT_N: usize = 500;

/// One request, a line of JSON.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BatchRequest {
    /// Given back as it is.
    #[serde(default)]
    id: Value,
    /// Where to start from.
    seeds: Vec<Seed>,
    /// How many to answer.
    n: Option<usize>,
    /// Most by one artist; no limit where it is left out.
    max_per_artist: Option<usize>,
}

/// A song to start from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Seed {
    Id(String),
    Name { title: String, artist: String },
}

/// One answer, a line of JSON.
#[derive(Debug, Serialize)]
struct BatchAnswer {
    id: Value,
    tracks: Vec<TrackId>,
    scores: Vec<f32>,
    unmatched: Vec<Seed>,
}

/// What a batch did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BatchSummary {
    /// Requests answered.
    pub n_requests: u64,
    /// Seeds given.
    pub n_seeds: u64,
    /// Seeds that are not in the catalogue.
    pub n_unmatched: u64,
}

/// Answers requests, one JSON line each, in their order; only some lines are in memory at a time.
///
/// No listener's history is looked at, and nothing but the seeds themselves is left out.
///
/// # Errors
/// [`AppError::Unusable`] naming the line that is no request; the lines before it are answered.
pub fn answer_batch(
    recommender: &Recommender,
    requests: impl BufRead,
    answers: &mut dyn Write,
    progress: &dyn Progress,
) -> Result<BatchSummary, AppError> {
    progress.begin("Answering requests", None, "requests");
    let showable = Filters::default().passing(&recommender.table);
    let mut lines = NumberedLines { input: requests, number: 0 };
    let mut summary = BatchSummary::default();
    loop {
        let (chunk, failed) = lines.take(LINES_AT_ONCE);
        let answered: Vec<Result<(BatchAnswer, usize), AppError>> =
            chunk.par_iter().map(|(number, line)| answer(recommender, &showable, *number, line)).collect();
        let is_last = chunk.len() < LINES_AT_ONCE;
        for answered in answered {
            let (answer, n_seeds) = answered?;
            summary.n_requests += 1;
            summary.n_seeds += n_seeds as u64;
            summary.n_unmatched += answer.unmatched.len() as u64;
            let written = serde_json::to_writer(&mut *answers, &answer).map_err(std::io::Error::from);
            written.and_then(|()| answers.write_all(b"\n")).map_err(AppError::io("standard output".as_ref()))?;
        }
        answers.flush().map_err(AppError::io("standard output".as_ref()))?;
        progress.advance(summary.n_requests);
        progress.check()?;
        match failed {
            Some(error) => return Err(error),
            None if is_last => return Ok(summary),
            None => {}
        }
    }
}

/// Lines with their numbers; empty ones are passed over.
struct NumberedLines<R> {
    input: R,
    number: u64,
}

impl<R: BufRead> NumberedLines<R> {
    /// Up to `max` lines, and why there are no more where that is an error.
    fn take(&mut self, max: usize) -> (Vec<(u64, Vec<u8>)>, Option<AppError>) {
        let mut lines = Vec::new();
        while lines.len() < max {
            let mut line = Vec::new();
            self.number += 1;
            match self.input.by_ref().take(MAX_LINE_BYTES + 1).read_until(b'\n', &mut line) {
                Err(error) => return (lines, Some(AppError::io("the batch file".as_ref())(error))),
                Ok(0) => break,
                Ok(read) if read as u64 > MAX_LINE_BYTES => {
                    return (lines, Some(unusable(self.number, "longer than 4 MiB; one request is one line")));
                }
                Ok(_) if line.trim_ascii().is_empty() => {}
                Ok(_) => lines.push((self.number, line)),
            }
        }
        (lines, None)
    }
}

fn unusable(line: u64, problem: &str) -> AppError {
    AppError::Unusable(format!(
        "line {line} is no request: {problem}\n\
         Expected: {{\"id\": …, \"seeds\": [\"<track id>\" or {{\"title\": …, \"artist\": …}}], \"n\": 500}}"
    ))
}

fn answer(
    recommender: &Recommender,
    showable: &[bool],
    number: u64,
    line: &[u8],
) -> Result<(BatchAnswer, usize), AppError> {
    let request: BatchRequest = serde_json::from_slice(line).map_err(|error| unusable(number, &error.to_string()))?;
    let n = request.n.unwrap_or(DEFAULT_N);
    if n > MAX_LIMIT {
        return Err(unusable(number, &format!("n is at most {MAX_LIMIT}, found {n}")));
    }
    if request.seeds.len() > MAX_SEEDS {
        return Err(unusable(number, &format!("at most {MAX_SEEDS} seeds, found {}", request.seeds.len())));
    }
    let table = &recommender.table;
    let n_seeds = request.seeds.len();
    let mut matched = Vec::new();
    let mut unmatched = Vec::new();
    for seed in request.seeds {
        match match_seed(table, &seed) {
            Some(item) => matched.push(item),
            None => unmatched.push(seed),
        }
    }
    let ranked = rank(recommender, showable, &matched, n, request.max_per_artist)?;
    let (tracks, scores) = ranked.into_iter().map(|scored| (table.track_ids[scored.item.at()], scored.score)).unzip();
    Ok((BatchAnswer { id: request.id, tracks, scores, unmatched }, n_seeds))
}

fn rank(
    recommender: &Recommender,
    showable: &[bool],
    seeds: &[ItemIdx],
    n: usize,
    max_per_artist: Option<usize>,
) -> Result<Vec<Scored>, AppError> {
    let table = &recommender.table;
    let mut allowed = showable.to_vec();
    seeds.iter().for_each(|seed| allowed[seed.at()] = false);
    let taste = Taste::new(seeds.iter().map(|&item| (item, 1.0)), []);
    let request = ScoreRequest { taste: &taste, allowed: &allowed, adventure: Adventure::NEUTRAL, progress: &Silent };
    let Some(max_per_artist) = max_per_artist else {
        return Ok(recommender.scorer().best(&request, n)?);
    };
    let rules = ListRules { n, max_per_artist: Some(max_per_artist), allows_artist_runs: true };
    let mut n_pool = n.saturating_mul(8);
    loop {
        let scored = recommender.scorer().best(&request, n_pool)?;
        let is_everything = scored.len() < n_pool;
        let itself = |item: ItemIdx| u128::from(item.0);
        let list = rerank(table, vec![Candidates { share: 1.0, scored }], &rules, itself, &HashSet::new());
        if list.len() == n || is_everything {
            return Ok(list.into_iter().map(|(_, scored)| scored).collect());
        }
        n_pool = n_pool.saturating_mul(8);
    }
}

fn match_seed(table: &RecordingTable, seed: &Seed) -> Option<ItemIdx> {
    let found = match seed {
        Seed::Id(id) => return table.item_of_track(id.parse().ok()?),
        Seed::Name { title, artist } => {
            let song = Song { track_id: None, title: title.clone(), artist: artist.clone(), album: None };
            match_song(table, &song)
        }
    };
    match found {
        SongMatch::ById(item) | SongMatch::ByName(item) => Some(item),
        SongMatch::ByArtist(_) | SongMatch::None => None,
    }
}
