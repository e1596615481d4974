use std::collections::HashSet;

use nearsong_types::MatchKey;

use crate::{
    artist_key,
    fault::{Fault, Faults},
    python_list::parse_python_list,
    schema::ArtistForm,
    text::clean_text,
};

/// The artists of one cell.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Credits {
    /// Names, the main artist first, no duplicates.
    pub(crate) names: Vec<String>,
    /// The one name is a line that may hold several, joined by commas or “Featuring”: see [`split_line`].
    pub(crate) is_line: bool,
}

/// Reads an artist cell in the form that its dataset uses.
pub(crate) fn parse_artists(text: &str, form: ArtistForm, faults: &mut Faults) -> Credits {
    let list = match form {
        ArtistForm::PythonList | ArtistForm::Mixed => parse_python_list(text),
        ArtistForm::Semicolons | ArtistForm::Single => None,
    };
    if let Some(list) = list.filter(|list| list.is_whole || !list.texts.is_empty()) {
        faults.add_if(!list.is_whole, Fault::CutOffList);
        return Credits { names: distinct(list.texts.iter().map(String::as_str), faults), is_line: false };
    }
    match form {
        ArtistForm::Semicolons => Credits { names: distinct(text.split(';'), faults), is_line: false },
        ArtistForm::Mixed if text.contains(';') => Credits { names: distinct(text.split(';'), faults), is_line: false },
        ArtistForm::Mixed => Credits { names: distinct([text], faults), is_line: is_line(text) },
        ArtistForm::Single | ArtistForm::PythonList => Credits { names: distinct([text], faults), is_line: false },
    }
}

fn distinct<'a>(texts: impl IntoIterator<Item = &'a str>, faults: &mut Faults) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for text in texts {
        if let Some(name) = clean_text(text, faults)
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

/// Words that join a main artist with guests, as charts print them.
const GUEST_WORDS: [&str; 5] = [" Featuring ", " Feat. ", " feat. ", " Ft. ", " ft. "];

fn is_line(text: &str) -> bool {
    text.contains(", ") || GUEST_WORDS.iter().any(|word| text.contains(word))
}

/// Splits an artist line at commas, “&” and “Featuring” where every part is an artist known from elsewhere.
///
/// Of several ways to do so the one with the fewest parts is taken, so that “Tyler, The Creator, 42 Dugg” is two artists
/// and “Earth, Wind & Fire” stays one. “Featuring” always splits. `None` where the line is one artist as far as is known.
pub(crate) fn split_line(line: &str, known: &HashSet<MatchKey>) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = line;
    loop {
        let guest = GUEST_WORDS.iter().filter_map(|&word| rest.find(word).map(|at| (at, word))).min();
        let (part, after) = match guest {
            Some((at, word)) => (&rest[..at], Some(&rest[at + word.len()..])),
            None => (rest, None),
        };
        for name in split_at_commas(part.trim(), known) {
            if !name.is_empty() && !names.iter().any(|other| other == name) {
                names.push(name.to_owned());
            }
        }
        match after {
            Some(after) => rest = after,
            None => break,
        }
    }
    (names.len() > 1).then_some(names)
}

/// The fewest known parts between separators, or the whole text.
fn split_at_commas<'a>(text: &'a str, known: &HashSet<MatchKey>) -> Vec<&'a str> {
    const MOST_PARTS: usize = 40;
    let cuts = separators(text);
    if cuts.len() > MOST_PARTS || known.contains(&artist_key(text)) {
        return vec![text];
    }
    // best[i]: start of the last part in the best split of the text before cut i, and the number of parts.
    let starts: Vec<usize> = std::iter::once(0).chain(cuts.iter().map(|&(_, end)| end)).collect();
    let ends: Vec<usize> = cuts.iter().map(|&(start, _)| start).chain([text.len()]).collect();
    let mut best: Vec<Option<(usize, usize)>> = vec![None; ends.len()];
    for end in 0..ends.len() {
        for start in 0..=end {
            let Some(n_before) = (if start == 0 { Some(0) } else { best[start - 1].map(|(_, n)| n) }) else { continue };
            let is_better = best[end].is_none_or(|(_, n)| n_before + 1 < n);
            if is_better && known.contains(&artist_key(&text[starts[start]..ends[end]])) {
                best[end] = Some((start, n_before + 1));
            }
        }
    }
    let mut parts = Vec::new();
    let mut end = ends.len();
    while end > 0 {
        let Some((start, _)) = best[end - 1] else { return vec![text] };
        parts.push(text[starts[start]..ends[end - 1]].trim());
        end = start;
    }
    parts.reverse();
    parts
}

/// Start and end of every `, `, ` & ` and `, & `.
fn separators(text: &str) -> Vec<(usize, usize)> {
    let mut cuts: Vec<(usize, usize)> = [", ", " & "]
        .iter()
        .flat_map(|word| text.match_indices(word).map(|(at, word)| (at, at + word.len())))
        .collect();
    cuts.sort_unstable();
    cuts.dedup_by(|next, cut| {
        let overlap = next.0 <= cut.1;
        if overlap {
            cut.1 = cut.1.max(next.1);
        }
        overlap
    });
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, form: ArtistForm) -> Vec<String> {
        parse_artists(text, form, &mut Faults::default()).names
    }

    #[test]
    fn every_form_of_artist_cell_is_read() {
        assert_eq!(names("Ingrid Michaelson;ZAYN", ArtistForm::Semicolons), ["Ingrid Michaelson", "ZAYN"]);
        assert_eq!(names("Terra ;Terra", ArtistForm::Semicolons), ["Terra"]);
        assert_eq!(names("Earth; Wind", ArtistForm::Single), ["Earth; Wind"]);
        assert_eq!(names("['Peter, Paul and Mary', \"B's\"]", ArtistForm::PythonList), ["Peter, Paul and Mary", "B's"]);
        assert_eq!(names("[:SITD:];Dennis Schober", ArtistForm::Mixed), ["[:SITD:]", "Dennis Schober"]);
        assert_eq!(names("[dunkelbunt]", ArtistForm::Mixed), ["[dunkelbunt]"]);
        assert!(names("[]", ArtistForm::Mixed).is_empty());
    }

    fn check_line(line: &str, expected: Option<&[&str]>) {
        let known: HashSet<_> =
            ["Tyler, The Creator", "42 Dugg", "Earth", "Khalid", "6LACK", "Ty Dolla $ign", "Wale", "The Creator"]
                .map(artist_key)
                .into();
        let split = split_line(line, &known);
        assert_eq!(split, expected.map(|names| names.iter().map(|&name| name.to_owned()).collect()), "{line}");
    }

    #[test]
    fn lines_are_split_into_known_artists_only() {
        check_line("Tyler, The Creator, 42 Dugg", Some(&["Tyler, The Creator", "42 Dugg"]));
        check_line("Tyler, The Creator", None);
        check_line("Earth, Wind & Fire", None);
        check_line("Khalid, Ty Dolla $ign & 6LACK", Some(&["Khalid", "Ty Dolla $ign", "6LACK"]));
        check_line("Hank Williams, Jr.", None);
        check_line("Wale Featuring Jeremih", Some(&["Wale", "Jeremih"]));
    }

    #[test]
    fn a_line_waits_until_all_artists_are_known() {
        let credits = parse_artists("Doechii, SZA", ArtistForm::Mixed, &mut Faults::default());
        assert_eq!(credits, Credits { names: vec!["Doechii, SZA".to_owned()], is_line: true });
        assert!(!parse_artists("U2", ArtistForm::Mixed, &mut Faults::default()).is_line);
    }
}
