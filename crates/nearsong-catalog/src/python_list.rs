/// The texts of a list as Python prints it: `['A', "B's", 'C\'s']`. `None` where it is no such list.
pub(crate) fn parse_python_list(text: &str) -> Option<PythonList> {
    let inner = text.trim().strip_prefix('[')?.trim_start();
    if inner.trim_end() == "]" {
        return Some(PythonList { texts: Vec::new(), is_whole: true });
    }
    if !inner.starts_with(['\'', '"']) {
        return None;
    }
    let mut texts = Vec::new();
    let mut rest = inner;
    while let Some((item, after)) = parse_string(rest) {
        texts.push(item);
        rest = after.trim_start();
        if rest.trim_end() == "]" {
            return Some(PythonList { texts, is_whole: true });
        }
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None => break,
        }
    }
    Some(PythonList { texts, is_whole: false })
}

/// A list that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PythonList {
    pub(crate) texts: Vec<String>,
    /// False where the text ends or goes astray inside the list; the whole texts before that place are kept.
    pub(crate) is_whole: bool,
}

/// One quoted text and what stands behind it; `None` where the closing quote is missing.
fn parse_string(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|&c| c == '\'' || c == '"')?;
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => unescape(&mut chars, &mut value)?,
            c if c == quote => return Some((value, &text[at + 1..])),
            c => value.push(c),
        }
    }
    None
}

fn unescape(chars: &mut impl Iterator<Item = (usize, char)>, value: &mut String) -> Option<()> {
    let (_, kind) = chars.next()?;
    let n_digits = match kind {
        'n' | 't' | 'r' => {
            value.push(' ');
            return Some(());
        }
        'x' => 2,
        'u' => 4,
        'U' => 8,
        '\\' | '\'' | '"' => {
            value.push(kind);
            return Some(());
        }
        other => {
            value.extend(['\\', other]);
            return Some(());
        }
    };
    let digits: String = chars.take(n_digits).map(|(_, c)| c).collect();
    let code = u32::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == n_digits)?;
    value.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let list = parse_python_list(text).unwrap();
        assert_eq!(list.texts, expected, "{text}");
        assert!(list.is_whole, "{text}");
    }

    #[test]
    fn lists_as_python_prints_them() {
        check("['A', 'B']", &["A", "B"]);
        check(r#"["A'B"]"#, &["A'B"]);
        check(r#"['Guns N\' "Roses"', "X"]"#, &["Guns N' \"Roses\"", "X"]);
        check(r"['caf\xe9', '\u5b87\U0001f600', 'a\\b']", &["café", "宇😀", r"a\b"]);
        check("['Peter, Paul and Mary']", &["Peter, Paul and Mary"]);
        check("[]", &[]);
    }

    #[test]
    fn names_in_brackets_are_no_lists() {
        for name in ["[dunkelbunt]", "[:SITD:];Dennis Schober", "U2", "[re:jazz]", ""] {
            assert_eq!(parse_python_list(name), None, "{name}");
        }
    }

    #[test]
    fn of_a_list_that_is_cut_off_the_whole_texts_are_kept() {
        let list = parse_python_list("['dance pop', 'hip hop', 'po").unwrap();
        assert_eq!(list, PythonList { texts: vec!["dance pop".into(), "hip hop".into()], is_whole: false });
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in r#"\[?['"]?[a-z\\xuU0-9'", \]é]*"#) {
            let _ = parse_python_list(&text);
        }
    }
}
