use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
};

use serde_json::Value;
use tempfile::TempDir;

/// The real binary with a home and a data directory of its own.
pub struct Nearsong {
    home: TempDir,
}

/// What a run of the binary came to.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Said {
    /// What was printed, of a run that went well.
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "stdout: {}\nstderr: {}", self.out, self.err);
        self.out
    }

    /// The message of a run that failed with this exit code: one clear text, and no crash.
    pub fn failed(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.out, self.err);
        assert!(self.err.starts_with("nearsong: "), "{}", self.err);
        assert_eq!(self.err.matches("nearsong: ").count(), 1, "one message, not several: {}", self.err);
        assert!(!self.err.contains("panicked") && !self.err.contains('\u{1b}'), "{}", self.err);
        self.err
    }
}

impl Nearsong {
    /// Nothing is there yet.
    pub fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    /// The folder around the data directory, for files of the test.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn data(&self) -> PathBuf {
        self.home().join("data")
    }

    /// Writes a file beside the data directory.
    pub fn put(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.home().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Where a file of this name would be beside the data directory.
    pub fn path(&self, name: &str) -> String {
        self.home().join(name).to_str().unwrap().to_owned()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nearsong"));
        command.env_clear().env("HOME", self.home()).env("NEARSONG_DATA_DIR", self.data());
        command.args(args).current_dir(self.home()).stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Said {
        self.command(args).output().unwrap().into()
    }

    /// Runs with this text on standard input.
    pub fn run_with_input(&self, args: &[&str], input: &[u8]) -> Said {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        thread::scope(|scope| {
            // A process that stops reading early is no failure of the test.
            scope.spawn(move || drop(stdin.write_all(input)));
            child.wait_with_output().unwrap().into()
        })
    }

    /// Runs and gives what was printed; nothing may be said on the side.
    pub fn ok(&self, args: &[&str]) -> String {
        let said = self.run(args);
        assert!(said.code != Some(0) || said.err.is_empty(), "quiet when piped: {}", said.err);
        said.ok()
    }

    pub fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(args)).unwrap()
    }

    /// Runs something that must be refused, with this exit code and these words in its message, and leave everything as it was.
    pub fn refuses(&self, code: i32, args: &[&str], words: &[&str]) -> String {
        let before = self.state();
        let message = self.run(args).failed(code);
        for word in words {
            assert!(message.contains(word), "“{word}” is missing in: {message}");
        }
        assert_eq!(self.state(), before, "everything is as it was before {args:?}");
        message
    }

    /// Everything that can be asked for, and every file that is kept.
    pub fn state(&self) -> String {
        let asked: [&[&str]; 6] = [
            &["status", "--json"],
            &["catalog", "status", "--json"],
            &["features", "list", "--json"],
            &["models", "list", "--json"],
            &["interactions", "list", "--json"],
            &["listeners", "list", "--json"],
        ];
        let answers: Vec<String> = asked.iter().map(|args| self.run(args).ok()).collect();
        let files: Vec<String> =
            self.files().into_iter().map(|(name, bytes)| format!("{name} {}", bytes.len())).collect();
        format!("{}\n{}", answers.join("\n"), files.join("\n"))
    }

    /// Every file of the data directory by its path in it, but the locks, the database's own and the caches.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let is_kept =
            |name: &str| !name.ends_with("lock") && !name.starts_with("nearsong.db") && !name.starts_with("tables/");
        let mut files = files_in(&self.data());
        files.retain(|(name, _)| is_kept(name));
        files
    }
}

/// Every file in a folder at any depth, by its path in it.
pub fn files_in(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}
