use std::collections::BTreeSet;

use nearsong_types::ItemIdx;

/// What a model would have offered a listener at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedList {
    /// Whose list it is: a model, or a simple rule to compare it with.
    pub name: String,
    /// The songs, best first.
    pub items: Vec<ItemIdx>,
}

/// What lists made from the past would have found of what became the listener's later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportCard {
    /// What became the listener's, ascending by row.
    pub became_yours: Vec<ItemIdx>,
    /// A line per list, in the order given.
    pub lines: Vec<ReportLine>,
}

/// One list's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// Whose list it is.
    pub name: String,
    /// How many songs it offered.
    pub n_offered: usize,
    /// Those of them that became the listener's, in the list's order.
    pub found: Vec<ItemIdx>,
}

/// Compares lists with what became a listener's ([`crate::became_yours()`]).
///
/// The lists must come from plays before the moment from which on songs became the listener's; then nothing in them can know of
/// the time after.
pub fn report_card(lists: &[OfferedList], became_yours: &[ItemIdx]) -> ReportCard {
    let yours: BTreeSet<ItemIdx> = became_yours.iter().copied().collect();
    let line = |list: &OfferedList| ReportLine {
        name: list.name.clone(),
        n_offered: list.items.len(),
        found: list.items.iter().copied().filter(|item| yours.contains(item)).collect(),
    };
    let lines = lists.iter().map(line).collect();
    ReportCard { became_yours: yours.into_iter().collect(), lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(name: &str, rows: &[u32]) -> OfferedList {
        OfferedList { name: name.to_owned(), items: rows.iter().map(|&row| ItemIdx(row)).collect() }
    }

    #[test]
    fn a_line_says_what_a_list_would_have_found() {
        let card = report_card(
            &[list("blend", &[9, 4, 7, 2]), list("popularity", &[1]), list("nothing", &[])],
            &[7, 2, 5].map(ItemIdx),
        );
        assert_eq!(card.became_yours, [2, 5, 7].map(ItemIdx));
        let lines: Vec<(&str, usize, &[ItemIdx])> =
            card.lines.iter().map(|line| (line.name.as_str(), line.n_offered, &line.found[..])).collect();
        assert_eq!(lines, [("blend", 4, &[ItemIdx(7), ItemIdx(2)][..]), ("popularity", 1, &[]), ("nothing", 0, &[])]);
    }
}
