use std::{
    fmt::{Debug, Display},
    io::Read,
    net::TcpListener,
    time::Duration,
};

use nearsong_spotify::{
    App, Callback, Client, Family, Hosts, Landing, Limits, Memory, Scopes, SignIn, SpotifyError, Tokens, exchange,
};
use nearsong_standin::{Fault, FaultRule, SpotifySetting};
use nearsong_types::{Secret, Silent};

use crate::{
    any_call::CALLS,
    fixture::{BACK, Fixture, all_scopes},
};

/// All that was printed on the way.
#[derive(Default)]
struct Printed(String);

impl Printed {
    fn debug(&mut self, thing: &dyn Debug) {
        self.0 += &format!("{thing:?}\n{thing:#?}\n");
    }

    fn display(&mut self, thing: &dyn Display) {
        self.0 += &format!("{thing}\n");
    }

    fn result<T: Debug>(&mut self, result: &Result<T, SpotifyError>) {
        self.debug(result);
        if let Err(error) = result {
            self.display(error);
            let sources = std::iter::successors(std::error::Error::source(error), |source| source.source());
            sources.for_each(|source| self.0 += &format!("{source} {source:?}\n"));
        }
    }

    fn check(&self, secrets: &[(&str, String)]) {
        for (what, secret) in secrets {
            assert!(secret.len() >= 16, "{what} would be found anywhere");
            let at = self.0.find(secret.as_str());
            assert!(at.is_none(), "{what} is printed: …{}", &self.0[at.unwrap_or_default().saturating_sub(60)..]);
        }
    }
}

fn value_of(address: &str, name: &str) -> String {
    let query = address.split_once('?').map_or(address, |(_, query)| query);
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).unwrap().1.to_owned()
}

/// Takes one request in whole, gives its body, and hangs up without an answer.
fn overheard(listener: &TcpListener) -> String {
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let (mut request, mut part) = (String::new(), [0; 4096]);
    while !request.contains("code_verifier=") || request.split("code_verifier=").nth(1).unwrap().len() < 64 {
        let length = stream.read(&mut part).unwrap();
        assert_ne!(length, 0, "the request ended early: {request}");
        request += std::str::from_utf8(&part[..length]).unwrap();
    }
    request.split("\r\n\r\n").nth(1).unwrap().to_owned()
}

/// A sign-in whose secrets are all known, by an accounts service that hears the exchange and hangs up.
fn overheard_sign_in(fixture: &Fixture, printed: &mut Printed) -> (SignIn, Landing, Vec<(&'static str, String)>) {
    let sign_in = SignIn::begin(&fixture.app, BACK, &all_scopes());
    let address = fixture.spotify.consent(sign_in.address()).unwrap();
    let landing = sign_in.landing(&address).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let accounts = format!("http://{}", listener.local_addr().unwrap());
    let app = App { hosts: Hosts { accounts, ..fixture.app.hosts.clone() }, ..fixture.app.clone() };
    let form = std::thread::scope(|scope| {
        let hearing = scope.spawn(|| overheard(&listener));
        printed.result(&exchange(&app, &sign_in, &landing, &Limits::default(), &fixture.clock));
        hearing.join().unwrap()
    });
    let secrets = vec![
        ("the code", value_of(&address, "code")),
        ("the state", value_of(&address, "state")),
        ("the verifier", value_of(&form, "code_verifier")),
        ("the challenge", value_of(sign_in.address(), "code_challenge")),
    ];
    assert_eq!(value_of(&form, "code"), secrets[0].1);
    printed.debug(&app);
    (sign_in, landing, secrets)
}

fn secrets_of(all: &[Tokens]) -> Vec<(&'static str, String)> {
    let both =
        |tokens: &Tokens| [("an access token", &tokens.access), ("a refresh token", &tokens.refresh)].map(revealed);
    all.iter().flat_map(both).collect()
}

fn revealed((what, secret): (&'static str, &Secret)) -> (&'static str, String) {
    (what, secret.reveal().to_owned())
}

const FAULTS: [Fault; 15] = [
    Fault::TooManyRequests { retry_after_s: 5 },
    Fault::TooManyRequests { retry_after_s: 9_000 },
    Fault::QuotaExceeded,
    Fault::InternalError,
    Fault::BadGateway,
    Fault::Unavailable,
    Fault::Stall(Duration::ZERO),
    Fault::CutBefore,
    Fault::CutAfter,
    Fault::HalfAnswer,
    Fault::RevokedToken,
    Fault::OwnerLapsed,
    Fault::NotAllowed,
    Fault::NullEntries,
    Fault::MissingFields,
];

#[test]
fn a_search_finds_what_is_printed() {
    let secret = "AQ0123456789abcdef".to_owned();
    let mut printed = Printed::default();
    printed.debug(&Some(&secret));
    assert!(std::panic::catch_unwind(|| printed.check(&[("a secret", secret)])).is_err());
}

#[test]
fn no_way_that_a_sign_in_can_go_prints_a_secret() {
    for fault in FAULTS {
        let fixture = Fixture::signed_out(SpotifySetting::default());
        let mut printed = Printed::default();
        let (sign_in, landing, mut secrets) = overheard_sign_in(&fixture, &mut printed);
        let other = SignIn::begin(&fixture.app, BACK, &Scopes::reading());
        let foreign = fixture.spotify.consent(other.address()).unwrap();
        secrets.push(("the other code", value_of(&foreign, "code")));
        secrets.push(("the other state", value_of(&foreign, "state")));
        for address in [foreign.as_str(), &foreign[..foreign.len() - 1], &foreign.replace("/callback", "/elsewhere")] {
            let landed = sign_in.landing(address).map_err(SpotifyError::from);
            assert!(landed.is_err());
            printed.result(&landed);
        }
        fixture.spotify.fault(FaultRule::new(fault).on("POST", "/api/token"));
        // Struck, then perhaps taken; then a code that was used, and one of somebody else.
        let tries = [&sign_in, &sign_in, &sign_in, &other].map(|sign_in| fixture.exchanged(sign_in, &landing));
        tries.iter().for_each(|tokens| printed.result(tokens));
        let taken: Vec<_> = tries.iter().flatten().cloned().collect();
        assert!(taken.len() <= 1 && tries[3].is_err(), "{tries:?}");
        secrets.extend(secrets_of(&taken));
        printed.debug(&sign_in);
        printed.debug(&landing);
        printed.debug(&Callback::listen("http://127.0.0.1/callback").unwrap());
        printed.check(&secrets);
    }
}

#[test]
fn no_way_that_a_call_can_go_prints_a_secret() {
    for fault in FAULTS {
        let fixture = Fixture::with(SpotifySetting { rotates_refresh_tokens: true, ..SpotifySetting::default() });
        let (id, mut printed) = (fixture.playlist(&[]), Printed::default());
        fixture.spotify.fault(FaultRule::new(fault.clone()).on("*", "/v1/**").always());
        for (_, call) in CALLS {
            printed.result(&call(&fixture.client(), &id));
        }
        fixture.spotify.clear_faults();
        fixture.clock.pass_seconds(9_000 + 86_400);
        fixture.spotify.fault(FaultRule::new(fault).on("POST", "/api/token").times(3));
        for _ in 0..4 {
            printed.result(&fixture.client().profile());
            fixture.clock.pass_seconds(9_000);
        }
        fixture.spotify.expire_access_tokens();
        printed.result(&fixture.client_with(Limits { max_calls: 1, ..Limits::default() }).profile());
        fixture.spotify.revoke("ana");
        fixture.spotify.expire_access_tokens();
        printed.result(&fixture.client().profile());
        printed.debug(&fixture.memory);
        printed.debug(&fixture.memory.cooldown(Family::Top));
        let secrets = secrets_of(&fixture.memory.kept().all_tokens);
        assert!(secrets.len() >= 2);
        printed.check(&secrets);
    }
}

#[test]
fn settings_that_are_refused_print_no_secret() {
    let fixture = Fixture::new();
    let mut printed = Printed::default();
    let hosts = Hosts { api: "http://api.spotify.com/v1".to_owned(), ..fixture.app.hosts.clone() };
    let app = App { hosts, ..fixture.app.clone() };
    let client = Client::new(&app, &fixture.memory, &fixture.clock, &Silent, Limits::default());
    printed.result(&client.map(drop));
    printed.result(&Callback::listen("http://localhost/callback"));
    printed.result(&fixture.client().set_cover("none", b"no picture"));
    let tokens = fixture.memory.held_tokens();
    printed.debug(&tokens);
    printed.display(&tokens.scopes);
    printed.check(&secrets_of(&[tokens]));
}
