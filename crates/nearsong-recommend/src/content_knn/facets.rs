use std::collections::BTreeMap;

use nearsong_types::{ArtistIdx, ItemIdx};

use super::scorer::ContentKnnScorer;
use crate::{Facet, Heard, Taste};

/// More facets than this would each get too few songs of a list.
const MAX_FACETS: usize = 6;
/// What is liked joins a facet where the cosine to the facet's middle is at least this.
const MIN_LIKENESS: f32 = 0.35;
/// A facet with less of the taste than this joins the one nearest to it.
const MIN_SHARE: f32 = 0.04;
/// A taste of fewer liked songs and artists is one facet.
const MIN_LIKED: usize = 15;

/// A direction among genres: sums of genre vectors.
type Direction = BTreeMap<usize, f32>;

type Weighted = Vec<(Heard, f32)>;

#[derive(Default)]
struct Group {
    middle: Direction,
    members: Weighted,
    weight: f32,
}

/// Splits a taste into what belongs together by genre, the heaviest facet first.
///
/// The mean of jazz and metal is neither: each facet is asked for on its own, and gets its share of a list.
/// Leaders are found in the order of weight, so that the same taste always has the same facets.
pub(super) fn facets(scorer: &ContentKnnScorer, taste: &Taste) -> Vec<Facet> {
    let (mut liked, disliked) = split(scorer, taste);
    if liked.len() < MIN_LIKED {
        return vec![Facet { taste: taste.clone(), share: 1.0 }];
    }
    liked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| order(a.0).cmp(&order(b.0))));
    let mut groups: Vec<Group> = Vec::new();
    for (heard, weight) in liked {
        let direction = direction(scorer, heard);
        let nearest = nearest(&groups, &direction);
        match nearest {
            Some((group, likeness)) if likeness >= MIN_LIKENESS || groups.len() == MAX_FACETS => {
                groups[group].join(heard, weight, &direction);
            }
            _ => {
                let mut group = Group::default();
                group.join(heard, weight, &direction);
                groups.push(group);
            }
        }
    }
    let mut groups = without_small(groups);
    groups.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let total: f32 = groups.iter().map(|group| group.weight).sum();
    groups.into_iter().map(|group| group.into_facet(total, &disliked)).collect()
}

impl Group {
    fn join(&mut self, heard: Heard, weight: f32, direction: &Direction) {
        for (&genre, &value) in direction {
            *self.middle.entry(genre).or_default() += weight * value;
        }
        self.members.push((heard, weight));
        self.weight += weight;
    }

    fn absorb(&mut self, other: Self) {
        for (genre, value) in other.middle {
            *self.middle.entry(genre).or_default() += value;
        }
        self.members.extend(other.members);
        self.weight += other.weight;
    }

    /// What is disliked belongs to every facet.
    fn into_facet(self, total: f32, disliked: &[(Heard, f32)]) -> Facet {
        let (mut items, mut artists) = (Vec::new(), Vec::new());
        for (heard, weight) in self.members.into_iter().chain(disliked.iter().copied()) {
            match heard {
                Heard::Item(item) => items.push((item, weight)),
                Heard::Artist(artist) => artists.push((artist, weight)),
            }
        }
        Facet { taste: Taste::new(items, artists), share: self.weight / total }
    }
}

fn split(scorer: &ContentKnnScorer, taste: &Taste) -> (Weighted, Weighted) {
    let table = &scorer.space.table;
    let items = taste.items().iter().filter(|(item, _)| item.at() < table.n_items());
    let artists = taste.artists().iter().filter(|(artist, _)| artist.at() < table.n_artists());
    items
        .map(|&(item, weight)| (Heard::Item(item), weight))
        .chain(artists.map(|&(artist, weight)| (Heard::Artist(artist), weight)))
        .partition(|&(_, weight)| weight > 0.0)
}

fn order(heard: Heard) -> (u8, u32) {
    match heard {
        Heard::Item(ItemIdx(row)) => (0, row),
        Heard::Artist(ArtistIdx(row)) => (1, row),
    }
}

fn direction(scorer: &ContentKnnScorer, heard: Heard) -> Direction {
    let mut direction = Direction::new();
    match heard {
        Heard::Item(item) => {
            scorer.genre_vector(item).for_each(|(genre, value)| *direction.entry(genre).or_default() += value);
        }
        Heard::Artist(artist) => direction.extend(scorer.model.genres.artists.row(artist.at())),
    }
    direction
}

/// The group whose middle lies nearest; what has no genre at all is nearest to the heaviest.
fn nearest(groups: &[Group], direction: &Direction) -> Option<(usize, f32)> {
    if direction.is_empty() {
        let heaviest = (0..groups.len()).max_by(|&a, &b| groups[a].weight.total_cmp(&groups[b].weight).then(b.cmp(&a)));
        return heaviest.map(|group| (group, 1.0));
    }
    let likeness = |group: &Group| cosine(&group.middle, direction);
    groups.iter().map(likeness).enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
}

fn cosine(a: &Direction, b: &Direction) -> f32 {
    let length = |direction: &Direction| direction.values().map(|value| value * value).sum::<f32>().sqrt();
    let product: f32 = b.iter().filter_map(|(genre, value)| a.get(genre).map(|other| value * other)).sum();
    let lengths = length(a) * length(b);
    if lengths > 0.0 { product / lengths } else { 0.0 }
}

fn without_small(mut groups: Vec<Group>) -> Vec<Group> {
    let total: f32 = groups.iter().map(|group| group.weight).sum();
    while groups.len() > 1 {
        let smallest = (0..groups.len()).min_by(|&a, &b| groups[a].weight.total_cmp(&groups[b].weight).then(a.cmp(&b)));
        let Some(smallest) = smallest.filter(|&group| groups[group].weight < MIN_SHARE * total) else { break };
        let small = groups.remove(smallest);
        let into = nearest(&groups, &small.middle).map_or(0, |(group, _)| group);
        groups[into].absorb(small);
    }
    groups
}
