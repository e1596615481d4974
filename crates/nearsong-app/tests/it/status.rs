use std::time::Duration;

use nearsong_app::ErrorKind;
use nearsong_types::Clock;

use crate::fixture::{Fixture, wish};

const DAY: Duration = Duration::from_secs(24 * 3_600);

#[test]
fn six_months_are_counted_down_with_a_warning_a_month_and_a_week_before() {
    let mut fixture = Fixture::connected();
    let mut warnings = Vec::new();
    for _ in 0..180 {
        let status = fixture.app.spotify_status(fixture.clock.now()).unwrap().unwrap();
        warnings.push((status.connections[0].days_left, status.connections[0].warning));
        assert!(!status.connections[0].needs_sign_in);
        fixture.clock.turn(DAY);
    }
    fixture.clock.turn(DAY / 2);
    assert_eq!(warnings.first(), Some(&(181, None)), "2026-11-24 to 2027-05-24");
    let first = |warning| warnings.iter().find(|(_, found)| *found == Some(warning)).unwrap().0;
    assert_eq!((first(30), first(7)), (30, 7));
    assert_eq!(warnings.last(), Some(&(2, Some(7))));
    fixture.sync().unwrap();
    fixture.clock.turn(DAY * 2);
    assert!(fixture.app.spotify_status(fixture.clock.now()).unwrap().unwrap().connections[0].needs_sign_in);
    assert_eq!(fixture.sync().unwrap_err().kind(), ErrorKind::NeedsSignIn);
}

#[test]
fn every_call_is_counted_across_restarts() {
    let mut fixture = Fixture::connected();
    fixture.sync().unwrap();
    fixture.publish(&wish("Weekly", 0..10)).unwrap();
    fixture.reopen();
    let status = fixture.app.spotify_status(fixture.clock.now()).unwrap().unwrap();
    let counted: u64 = status.calls_today.iter().map(|(_, n)| n).sum();
    assert_eq!(counted, 2 + fixture.calls().len() as u64, "those of the sign-in as well");
    assert!(status.calls_today.contains(&("top tracks".to_owned(), 3)), "{:?}", status.calls_today);
    fixture.clock.turn(DAY * 2);
    assert!(fixture.app.spotify_status(fixture.clock.now()).unwrap().unwrap().calls_today.is_empty());
}
