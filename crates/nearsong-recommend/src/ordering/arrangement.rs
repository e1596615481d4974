//! The search for an order: artists apart first, then as near to the shape as exchanges lead.

use std::collections::BTreeMap;

use nearsong_types::{ArtistIdx, ItemIdx, RecordingTable};

use super::shape::Shape;

/// Longer lists are begun well and kept apart by artist, but not improved: the work grows with the cube of the length.
const MAX_IMPROVED: usize = 300;
/// Rounds of exchanges at most; each that is not the last makes the order better.
const MAX_ROUNDS: usize = 40;
/// Gains below this are rounding.
const LEAST_GAIN: f64 = 1e-9;

/// What an order costs, the heaviest first.
#[derive(Clone, Copy, Default, PartialEq, PartialOrd)]
struct Cost {
    /// Neighbours with the same main artist.
    n_same_main: usize,
    /// Other neighbours that share an artist.
    n_shared: usize,
    /// How far from the shape.
    shape: f64,
}

impl Cost {
    fn is_better_than(self, other: Self) -> bool {
        self < Self { shape: other.shape - LEAST_GAIN, ..other }
    }
}

/// Exchanges among the songs from one place to another.
#[derive(Clone, Copy)]
enum Exchange {
    Reverse,
    Swap,
    FirstToLast,
    LastToFirst,
}

impl Exchange {
    const ALL: [Self; 4] = [Self::Reverse, Self::Swap, Self::FirstToLast, Self::LastToFirst];

    fn apply(self, songs: &mut [usize]) {
        match self {
            Self::Reverse => songs.reverse(),
            Self::Swap => songs.swap(0, songs.len() - 1),
            Self::FirstToLast => songs.rotate_left(1),
            Self::LastToFirst => songs.rotate_right(1),
        }
    }
}

/// The songs of a list, as ranked, and the shape that they are to take.
pub(super) struct Arrangement<'a> {
    /// Artists of each song, the main artist first.
    artists: Vec<Vec<ArtistIdx>>,
    shape: &'a Shape,
}

impl<'a> Arrangement<'a> {
    pub(super) fn new(table: &RecordingTable, songs: &[ItemIdx], shape: &'a Shape) -> Self {
        Self { artists: songs.iter().map(|&item| table.artists_of(item).collect()).collect(), shape }
    }

    /// The best order that is found from any of these.
    pub(super) fn best_from(&self, starts: &[Vec<usize>]) -> Vec<usize> {
        let mut best: Option<(Cost, Vec<usize>)> = None;
        let mut keep = |order: Vec<usize>| {
            let cost = self.cost(&order, &self.places(&order), 0, order.len());
            if best.as_ref().is_none_or(|(least, _)| cost.is_better_than(*least)) {
                best = Some((cost, order));
            }
            cost
        };
        for start in starts {
            // Exchanges around songs that keep their places may not part an artist's songs: then all may move.
            if keep(self.improved(start.clone())).n_same_main > 0 {
                keep(self.improved(self.spread(start)));
            }
        }
        best.map_or_else(Vec::new, |(_, order)| order)
    }

    /// Places of songs whose value is known: these may change.
    fn places(&self, order: &[usize]) -> Vec<usize> {
        (0..order.len()).filter(|&place| self.shape.is_known(order[place])).collect()
    }

    /// Exchanges songs for as long as that makes the order better.
    fn improved(&self, mut order: Vec<usize>) -> Vec<usize> {
        let places = self.places(&order);
        if order.len() > MAX_IMPROVED {
            return order;
        }
        for _ in 0..MAX_ROUNDS {
            let mut has_changed = false;
            for from in 0..places.len() {
                for to in from + 1..places.len() {
                    has_changed |= self.exchange(&mut order, &places, from, to);
                }
            }
            if !has_changed {
                break;
            }
        }
        order
    }

    /// Makes the best exchange between two of the places, if any is a gain.
    fn exchange(&self, order: &mut [usize], places: &[usize], from: usize, to: usize) -> bool {
        let songs: Vec<usize> = places[from..=to].iter().map(|&place| order[place]).collect();
        let mut least = self.cost(order, places, from, to + 1);
        let mut best = songs.clone();
        for exchange in Exchange::ALL {
            let mut exchanged = songs.clone();
            exchange.apply(&mut exchanged);
            put(order, &places[from..=to], &exchanged);
            let cost = self.cost(order, places, from, to + 1);
            if cost.is_better_than(least) {
                (least, best) = (cost, exchanged);
            }
        }
        put(order, &places[from..=to], &best);
        best != songs
    }

    /// The part of the cost that songs at `places[from..to]` have a share in.
    fn cost(&self, order: &[usize], places: &[usize], from: usize, to: usize) -> Cost {
        let mut cost = Cost::default();
        let first = if from == 0 { 0 } else { places[from - 1] };
        let last = places.get(to).copied().unwrap_or(order.len().saturating_sub(1));
        for pair in order.get(first..=last).unwrap_or_default().windows(2) {
            let is_same_main = self.is_same_main(pair[0], pair[1]);
            cost.n_same_main += usize::from(is_same_main);
            cost.n_shared += usize::from(!is_same_main && self.shares_artist(pair[0], pair[1]));
        }
        for known in from..places.len().min(to + 1) {
            let previous = known.checked_sub(1).map(|before| order[places[before]]);
            cost.shape += self.shape.cost(known, previous, order[places[known]]);
        }
        cost
    }

    fn main_artist(&self, song: usize) -> Option<ArtistIdx> {
        self.artists[song].first().copied()
    }

    fn is_same_main(&self, a: usize, b: usize) -> bool {
        self.main_artist(a).is_some_and(|artist| self.main_artist(b) == Some(artist))
    }

    fn shares_artist(&self, a: usize, b: usize) -> bool {
        self.artists[a].iter().any(|artist| self.artists[b].contains(artist))
    }

    /// As few neighbours as possible with the same main artist, else `order`, taken from its beginning.
    fn spread(&self, order: &[usize]) -> Vec<usize> {
        let mut left = order.to_vec();
        let mut n_left_of: BTreeMap<ArtistIdx, usize> = BTreeMap::new();
        for artist in order.iter().filter_map(|&song| self.main_artist(song)) {
            *n_left_of.entry(artist).or_default() += 1;
        }
        let mut spread: Vec<usize> = Vec::with_capacity(order.len());
        while !left.is_empty() {
            let next = self.next(&left, &n_left_of, spread.last().copied());
            let song = left.remove(next);
            if let Some(n_left) = self.main_artist(song).and_then(|artist| n_left_of.get_mut(&artist)) {
                *n_left -= 1;
            }
            spread.push(song);
        }
        spread
    }

    /// The first song after which the others can be kept apart. Where there is none, one of the artist with the most songs left,
    /// if they did not sing the last one, else anyone else's.
    fn next(&self, left: &[usize], n_left_of: &BTreeMap<ArtistIdx, usize>, last: Option<usize>) -> usize {
        let fits = |song: usize| last.is_none_or(|last| !self.is_same_main(last, song));
        let first = |is_right: &dyn Fn(usize) -> bool| left.iter().position(|&song| fits(song) && is_right(song));
        let n_after = left.len() - 1;
        let leaves_a_way = |song: usize| {
            n_left_of.iter().all(|(&artist, &n_left)| {
                // After a song of theirs every other place is open to them, beginning with the second.
                if self.main_artist(song) == Some(artist) {
                    2 * (n_left - 1) <= n_after
                } else {
                    2 * n_left <= n_after + 1
                }
            })
        };
        let most = n_left_of.iter().max_by_key(|&(&artist, &n_left)| (n_left, std::cmp::Reverse(artist)));
        let is_of_most = |song: usize| most.is_some_and(|(&artist, _)| self.main_artist(song) == Some(artist));
        first(&leaves_a_way).or_else(|| first(&is_of_most)).or_else(|| first(&|_| true)).unwrap_or(0)
    }
}

fn put(order: &mut [usize], places: &[usize], songs: &[usize]) {
    for (&place, &song) in places.iter().zip(songs) {
        order[place] = song;
    }
}
