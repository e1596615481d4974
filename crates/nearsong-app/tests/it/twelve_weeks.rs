use crate::year::{Plan, live};

#[test]
fn twelve_weeks_of_faults_leave_every_monday_its_edition() {
    let plan = Plan { seed: 7, days: 84, n_tracks: 3_000, n_songs: 12, n_played: 60, sync_every_minutes: 1_440 };
    println!("{}", live(&plan));
}
