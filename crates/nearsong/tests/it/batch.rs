use serde_json::{Value, json};

use crate::{
    made_up::made_up,
    nearsong::{Nearsong, Said},
};

fn id(at: usize) -> &'static str {
    made_up().world.tracks[at].id.as_str()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Asks these requests on standard input.
fn ask(nearsong: &Nearsong, requests: &str) -> Said {
    nearsong.run_with_input(&["--quiet", "recommend", "--batch", "-"], requests.as_bytes())
}

#[test]
fn requests_are_answered_in_their_order_with_ids_names_and_what_was_not_found() {
    let nearsong = Nearsong::prepared();
    let track = &made_up().world.tracks[20];
    let requests = [
        json!({"id": "a", "seeds": [id(10)], "n": 5}),
        json!({"id": {"any": [1]}, "seeds": [{"title": track.title, "artist": track.artists[0]}, "0000000000000000000000", {"title": "No", "artist": "Nobody"}], "n": 3}),
        json!({"seeds": [], "n": 2}),
        json!({"id": 4, "seeds": [id(10)]}),
    ];
    let text: String = requests.iter().map(|request| format!("{request}\n")).collect();
    let file = nearsong.put("requests.jsonl", &text);
    let answers = lines(&ask(&nearsong, &text).ok());
    assert_eq!(answers, lines(&nearsong.ok(&["--quiet", "recommend", "--batch", &file])), "a file or standard input");
    let ids: Vec<&Value> = answers.iter().map(|answer| &answer["id"]).collect();
    assert_eq!(ids, [&json!("a"), &json!({"any": [1]}), &Value::Null, &json!(4)]);
    let sizes: Vec<usize> = answers.iter().map(|answer| answer["tracks"].as_array().unwrap().len()).collect();
    assert_eq!((&sizes[..2], sizes[3]), (&[5, 3][..], 500));
    assert!(sizes[2] <= 2, "from nothing follows little: {sizes:?}");
    assert_eq!(answers[1]["unmatched"], json!(["0000000000000000000000", {"title": "No", "artist": "Nobody"}]));
    for answer in &answers {
        let scores: Vec<f64> =
            answer["scores"].as_array().unwrap().iter().map(|score| score.as_f64().unwrap()).collect();
        assert!(scores.len() == answer["tracks"].as_array().unwrap().len() && scores.is_sorted_by(|a, b| a >= b));
        assert!(!answer["tracks"].as_array().unwrap().contains(&json!(id(10))) || answer["id"] != "a");
    }
}

#[test]
fn nobodys_listening_and_no_cap_per_artist_unless_asked() {
    let nearsong = Nearsong::prepared();
    let request = format!("{}\n", json!({"id": 1, "seeds": [id(10), id(30)], "n": 200}));
    let with = ask(&nearsong, &request).ok();
    nearsong.ok(&["import", "--undo"]);
    assert_eq!(ask(&nearsong, &request).ok(), with, "the same with and without listening");
    let tracks = made_up().tracks();
    let most = |text: &str| {
        let mut by_artist = std::collections::HashMap::new();
        for track in lines(text)[0]["tracks"].as_array().unwrap() {
            *by_artist.entry(tracks[track.as_str().unwrap()].artists[0].as_str()).or_insert(0) += 1;
        }
        by_artist.into_values().max().unwrap()
    };
    assert!(most(&with) > 2);
    let capped = json!({"id": 1, "seeds": [id(10), id(30)], "n": 200, "max_per_artist": 1});
    assert_eq!(most(&ask(&nearsong, &format!("{capped}\n")).ok()), 1);
}

#[test]
fn a_bad_line_is_named_and_the_lines_before_it_are_answered() {
    let nearsong = Nearsong::prepared();
    let good = json!({"id": 1, "seeds": [id(10)], "n": 1}).to_string();
    for (bad, word) in [
        ("{\"id\":", "EOF"),
        ("[]", "expected struct"),
        ("{\"id\":2}", "seeds"),
        ("{\"id\":2,\"seeds\":[7]}", "Seed"),
        ("{\"id\":2,\"seeds\":[],\"n\":-1}", "-1"),
        ("{\"id\":2,\"seeds\":[],\"n\":1000000}", "at most 10000"),
        ("{\"id\":2,\"seeds\":[],\"nn\":1}", "nn"),
    ] {
        let said = ask(&nearsong, &format!("{good}\n\n{good}\n{bad}\n{good}\n"));
        let answered = lines(&said.out).len();
        let message = said.failed(2);
        assert!(message.contains("line 4 is no request") && message.contains(word), "{bad}: {message}");
        assert_eq!(answered, 2, "{bad}");
    }
    let said = ask(&nearsong, &format!("{good}\n{}\n", "x".repeat(5 << 20)));
    assert!(said.failed(2).contains("line 2"));
    nearsong.refuses(2, &["recommend", "--batch", &nearsong.path("missing.jsonl")], &["missing.jsonl"]);
}

#[test]
fn a_thousand_requests_stream_through_and_are_counted() {
    let nearsong = Nearsong::prepared();
    let request = |n: usize| format!("{}\n", json!({"id": n, "seeds": [id(n), id(3 * n)], "n": 20}));
    let requests: String = (0..1_000).map(request).collect();
    let mut outputs = Vec::new();
    for threads in ["1", "2"] {
        let file = nearsong.put("requests.jsonl", &requests);
        let mut command = nearsong.command(&["recommend", "--batch", &file]);
        let said: Said = command.env("RAYON_NUM_THREADS", threads).output().unwrap().into();
        assert!(said.err.contains("1,000 requests answered; 2,000 of 2,000 seeds"), "{}", said.err);
        outputs.push(said.ok());
    }
    assert!(outputs[0] == outputs[1], "the same on one thread and on two");
    let answers = lines(&outputs[0]);
    assert!(
        answers
            .iter()
            .enumerate()
            .all(|(n, answer)| answer["id"] == n && answer["tracks"].as_array().unwrap().len() == 20)
    );
}

#[test]
fn answers_come_while_requests_are_still_being_written() {
    use std::io::{BufRead, BufReader, Write};
    let nearsong = Nearsong::prepared();
    let mut command = nearsong.command(&["--quiet", "recommend", "--batch", "-"]);
    let mut child = command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let request = format!("{}\n", json!({"id": 1, "seeds": [id(10)], "n": 1}));
    // More than any buffer between the two, and the pipe stays open.
    stdin.write_all(request.repeat(200).as_bytes()).unwrap();
    stdin.flush().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with('{'), "{line}");
    child.kill().unwrap();
    child.wait().unwrap();
}
