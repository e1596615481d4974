use std::collections::HashMap;

use nearsong_types::{InteractionSet, ItemKind};

use super::{
    InteractionFault, InteractionsError,
    gauge::Gauge,
    plays::Plays,
    read::{Tally, check_size},
    text_rows::{TextRows, decoded},
    unpacking::Unpacked,
};

/// Last.fm as HetRec 2011 published it: who listened to which artist how often, and what the artists are called.
#[derive(Default)]
pub(crate) struct HetRec {
    plays: Plays,
    names: HashMap<String, String>,
}

impl HetRec {
    /// Reads `user_artists.dat`: `userID`, `artistID`, `weight`.
    pub(crate) fn read(
        &mut self,
        file: Unpacked<'_>,
        gauge: &Gauge<'_>,
        tally: &mut Tally,
    ) -> Result<(), InteractionsError> {
        let name = file.name;
        TextRows::unquoted(file, gauge).each(|row| {
            let [user, artist] = [("userID", 0), ("artistID", 1)].map(|(field, at)| row.number(field, at));
            let (user, artist) = (user?, artist?);
            tally.n_rows += 1;
            let weight = row.number("weight", 2)?;
            if weight == 0 {
                tally.count(InteractionFault::BadWeight);
                return Ok(());
            }
            let item = self.plays.items.of_key(&artist.to_string());
            self.plays.push(&user.to_string(), item, weight as f64, None);
            check_size(self.size(), name, gauge.limits)
        })
    }

    /// Reads `artists.dat`: `id`, `name`, and addresses that are passed over.
    pub(crate) fn read_names(
        &mut self,
        file: Unpacked<'_>,
        gauge: &Gauge<'_>,
        tally: &mut Tally,
    ) -> Result<(), InteractionsError> {
        TextRows::unquoted(file, gauge).each(|row| {
            let id = row.number("id", 0)?;
            let name = decoded(row.field(1), tally);
            let name = name.trim();
            if name.chars().count() > gauge.limits.max_text_chars {
                tally.count(InteractionFault::LongText);
            } else if !name.is_empty() {
                self.names.insert(id.to_string(), name.to_owned());
            }
            Ok(())
        })
    }

    pub(crate) fn size(&self) -> [usize; 3] {
        self.plays.size()
    }

    /// Artists by their names where those were read, else things that only the file knows.
    pub(crate) fn finish(mut self, tally: &mut Tally) -> InteractionSet {
        if self.names.is_empty() {
            return self.plays.finish(ItemKind::Other, |_| true, tally);
        }
        let n_unnamed = self.plays.items.rename(|key| self.names.get(key).cloned());
        tally.count_many(InteractionFault::Unnamed, n_unnamed);
        self.plays.finish(ItemKind::Artist, |_| true, tally)
    }
}
