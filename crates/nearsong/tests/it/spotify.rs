use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, ChildStdout, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use nearsong_app::moment;
use nearsong_standin::{ExportPlan, Fault, FaultRule, MadeUpAccount, SpotifySetting, SpotifyStandin};
use nearsong_types::Moment;

use crate::{
    made_up::{NOW, NOW_SECONDS, made_up},
    nearsong::{Nearsong, Said},
};

const WRITE: [&str; 5] = ["recommend", "--as-of", NOW, "--spotify", "Next up"];

/// A stand-in for Spotify, with the account of the made-up listener, that the data directory is set up for.
pub fn stand_in(nearsong: &Nearsong) -> SpotifyStandin {
    let setting = SpotifySetting { clock: Arc::new(|| moment(jiff::Timestamp::now())), ..SpotifySetting::default() };
    let client_id = setting.client_id.clone();
    let spotify = SpotifyStandin::start(setting).unwrap();
    let plan = ExportPlan { ends_at: Moment::from_seconds(NOW_SECONDS), days: 730, n_plays: 4_000 };
    spotify.fill("ana", MadeUpAccount::new(&made_up().listener, &plan).unwrap());
    let (accounts, api) = (spotify.accounts_url(), spotify.api_url());
    let config = format!("[spotify]\nclient_id = \"{client_id}\"\naccounts = \"{accounts}\"\napi = \"{api}\"\n");
    nearsong.put("data/config.toml", config);
    spotify
}

/// `nearsong connect …` up to the address that it prints.
struct Connecting {
    child: Child,
    out: BufReader<ChildStdout>,
    address: String,
}

impl Connecting {
    fn begin(nearsong: &Nearsong, args: &[&str]) -> Self {
        let mut command = nearsong.command(&[&["connect", "spotify"], args].concat());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.trim().starts_with("http") {
            line.clear();
            assert!(out.read_line(&mut line).unwrap() > 0, "it ended without an address");
        }
        Self { child, out, address: line.trim().to_owned() }
    }

    fn paste(&mut self, address: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{address}").unwrap();
    }

    fn end(mut self) -> Said {
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        let output = self.child.wait_with_output().unwrap();
        Said { code: output.status.code(), out: rest, err: String::from_utf8(output.stderr).unwrap() }
    }
}

pub fn connect(nearsong: &Nearsong, spotify: &SpotifyStandin) {
    let mut connecting = Connecting::begin(nearsong, &["--read", "--write"]);
    let landed = spotify.consent(&connecting.address).unwrap();
    connecting.paste(&landed);
    connecting.end().ok();
}

/// The playlists of which the person has not got rid.
fn uris(spotify: &SpotifyStandin) -> Vec<String> {
    let playlists = spotify.playlists();
    assert_eq!(playlists.len(), 1, "one playlist, not several");
    playlists[0].uris.clone()
}

#[test]
fn from_signing_in_to_a_playlist_and_out_again() {
    let nearsong = Nearsong::prepared();
    let spotify = stand_in(&nearsong);
    let connecting = Connecting::begin(&nearsong, &["--read", "--write"]);
    // The browser comes back to where it is listened.
    let landed = spotify.consent(&connecting.address).unwrap();
    let (host, target) = landed.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut browser = TcpStream::connect(host).unwrap();
    write!(browser, "GET /{target} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    let said = connecting.end().ok();
    assert!(said.contains("Connected with Spotify as Ana") && said.contains("nearsong sync"), "{said}");

    let said = nearsong.ok(&["sync"]);
    assert!(
        said.contains("8 of at most 10 calls") && said.contains("recent plays") && said.contains("50 read"),
        "{said}"
    );
    let said = nearsong.ok(&WRITE);
    assert!(said.contains("Made the playlist “Next up” at Spotify with 30 songs (2 calls)"), "{said}");
    let listed: Vec<String> =
        nearsong.ok(&["recommend", "--as-of", NOW, "--uris"]).lines().map(str::to_owned).collect();
    assert_eq!(uris(&spotify), listed);
    assert!(nearsong.ok(&WRITE).contains("no call was made"));

    let said = nearsong.ok(&["status"]);
    assert!(said.contains("reading and writing, 18") && said.contains("songs, 1 playlist\n"), "{said}");
    assert!(said.contains("12 calls in the last 24 hours (sign-in 1, saved tracks 4"), "{said}");
    let said = nearsong.ok(&["disconnect"]);
    assert!(said.contains("the sign-in and its tokens") && said.contains("of 1 playlist ("), "{said}");
    assert!(nearsong.ok(&["disconnect"]).contains("There was no connection"));
    nearsong.refuses(3, &["sync"], &["nearsong connect spotify"]);
    assert!(nearsong.ok(&["doctor"]).contains("Everything is sound"));
}

#[test]
fn an_address_can_be_pasted_and_a_wrong_one_is_asked_for_again() {
    let nearsong = Nearsong::prepared();
    let spotify = stand_in(&nearsong);
    let mut connecting = Connecting::begin(&nearsong, &["--read"]);
    let landed = spotify.consent(&connecting.address).unwrap();
    connecting.paste("https://open.spotify.com/");
    connecting.paste(&landed.replace("state=", "state=x"));
    connecting.paste(&landed);
    let said = connecting.end();
    assert!(said.err.contains("not the address you landed on"), "{}", said.err);
    assert!(said.err.contains("another sign-in"), "{}", said.err);
    assert!(said.out.contains("may read listening, until"), "{}", said.out);
    assert_eq!(said.code, Some(0));

    let connecting = Connecting::begin(&nearsong, &["--write"]);
    let landed = spotify.answer_consent(&connecting.address, "ana", false).unwrap();
    let mut connecting = connecting;
    connecting.paste(&landed);
    let said = connecting.end();
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("access was not granted"), "{}", said.err);
    nearsong.ok(&["sync"]);
}

#[test]
fn what_has_to_come_first_is_said_before_anything_starts() {
    let nearsong = Nearsong::prepared();
    nearsong.refuses(2, &["connect", "spotify", "--read"], &["Premium", "http://127.0.0.1/callback", "client_id"]);
    nearsong.refuses(2, &["sync"], &["Client ID"]);
    assert_eq!(nearsong.run(&["connect", "spotify"]).code, Some(2), "reading or writing has to be chosen");
    let _spotify = stand_in(&nearsong);
    nearsong.refuses(3, &["sync"], &["not connected yet", "nearsong connect spotify"]);
    nearsong.refuses(3, &WRITE, &["not connected yet"]);
}

#[test]
fn a_wait_is_told_with_its_time_and_kept_across_runs() {
    let nearsong = Nearsong::prepared();
    let spotify = stand_in(&nearsong);
    connect(&nearsong, &spotify);
    spotify.fault(FaultRule::new(Fault::TooManyRequests { retry_after_s: 7_200 }).on("POST", "/v1/me/playlists"));
    let said = nearsong.run(&WRITE).failed(4);
    assert!(said.contains("it can go on at") && said.contains("Europe/Berlin"), "{said}");
    assert!(nearsong.ok(&["status"]).contains("writing playlists: Spotify asked to wait until"));
    spotify.forget_calls();
    nearsong.run(&WRITE).failed(4);
    assert!(spotify.calls().is_empty());
}

#[test]
fn no_secret_is_printed_or_kept_in_the_open() {
    let nearsong = Nearsong::prepared();
    let spotify = stand_in(&nearsong);
    connect(&nearsong, &spotify);
    let mut printed = String::new();
    let mut listen = |said: Said| printed.push_str(&format!("{}{}", said.out, said.err));
    let faults = [Fault::InternalError, Fault::HalfAnswer, Fault::OwnerLapsed, Fault::QuotaExceeded, Fault::CutAfter];
    for fault in faults {
        spotify.fault(FaultRule::new(fault).on("*", "/v1/**").times(2));
        listen(nearsong.run(&["sync"]));
        listen(nearsong.run(&["sync", "--json"]));
        listen(nearsong.run(&WRITE));
        listen(nearsong.run(&["status", "--json"]));
        spotify.clear_faults();
    }
    spotify.expire_access_tokens();
    listen(nearsong.run(&["config", "show"]));
    spotify.revoke("ana");
    listen(nearsong.run(&["sync"]));
    listen(nearsong.run(&["doctor"]));
    let secrets = spotify.secrets();
    assert!(secrets.len() > 2);
    for secret in &secrets {
        assert!(!printed.contains(secret.as_str()), "a secret was printed");
        for (name, bytes) in crate::nearsong::files_in(&nearsong.data()) {
            let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_there, "{name} holds a secret in the open");
        }
    }
}

/// `NEARSONG_KILLS=1000` kills as often as that; each kill hits another moment.
#[test]
fn killed_at_any_moment_the_database_is_sound_and_the_playlist_complete_after_the_next_run() {
    let n_kills: u64 = option_env_at_run("NEARSONG_KILLS").unwrap_or(40);
    let nearsong = Nearsong::prepared();
    let spotify = stand_in(&nearsong);
    connect(&nearsong, &spotify);
    nearsong.ok(&["sync"]);
    let whole = time_of(|| drop(nearsong.ok(&WRITE)));
    let mut n_interrupted = 0;
    for kill in 0..n_kills {
        // Another list each time, of up to three calls; the moments cover a whole run evenly.
        let limit = (90 + 37 * (kill % 6)).to_string();
        let write = [&WRITE[..], &["--limit", &limit, "--max-per-artist", "0"]].concat();
        let args = if kill % 3 == 0 { vec!["sync"] } else { write };
        let mut child = nearsong.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(whole.mul_f64((kill * 37 % 100) as f64 / 140.0));
        n_interrupted += u64::from(child.try_wait().unwrap().is_none());
        let _ = child.kill();
        child.wait().unwrap();
        if kill % 10 == 9 || kill + 1 == n_kills {
            let again = [&WRITE[..], &["--limit", &limit, "--max-per-artist", "0"]].concat();
            nearsong.run(&again).ok();
            let asked = ["recommend", "--as-of", NOW, "--uris", "--limit", &limit, "--max-per-artist", "0"];
            let listed: Vec<String> = nearsong.ok(&asked).lines().map(str::to_owned).collect();
            assert_eq!(uris(&spotify), listed, "after {kill} kills");
            nearsong.run(&["sync"]).ok();
        }
    }
    assert!(n_interrupted * 4 > n_kills, "{n_interrupted} of {n_kills} were at work when they were killed");
    let doctor = nearsong.ok(&["doctor"]);
    assert!(doctor.contains("Everything is sound"), "{doctor}");
    println!("{n_kills} kills, {n_interrupted} of them in the middle of the work");
}

#[expect(clippy::disallowed_methods, reason = "how often to kill is said from outside")]
fn option_env_at_run(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn time_of(work: impl FnOnce()) -> Duration {
    let started = std::time::Instant::now();
    work();
    started.elapsed()
}
