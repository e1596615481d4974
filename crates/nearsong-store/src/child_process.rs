//! Runs one test of this binary a second time, as a process of its own, so that it can be killed or run as somebody else.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

const DIRECTORY: &str = "NEARSONG_STORE_TEST_DIRECTORY";
const READY: &str = "child is ready:";

/// The directory that the parent process handed over; `None` where there is no parent and the test has nothing to do.
#[expect(clippy::disallowed_methods, reason = "the one way to reach a test in another process")]
pub(crate) fn directory() -> Option<PathBuf> {
    std::env::var(DIRECTORY).ok().map(PathBuf::from)
}

/// Tells the parent, then stays until the parent kills this process or ends.
pub(crate) fn ready(word: &str) {
    println!("\n{READY}{word}");
    let _ = std::io::stdin().read_line(&mut String::new());
}

/// The command that runs the test `name` on `directory`.
pub(crate) fn command(name: &str, directory: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--nocapture"]).env(DIRECTORY, directory);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Waits until the child says that it is ready; gives its word.
pub(crate) fn wait_until_ready(child: &mut Child) -> String {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut words = lines.filter_map(|line| line.strip_prefix(READY).map(str::to_owned));
    words.next().expect("the child ended before it was ready")
}
