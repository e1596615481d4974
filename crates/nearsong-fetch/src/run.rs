use std::{io::Read, time::Duration};

use nearsong_types::Progress;

use crate::{
    Address, BreakCause, FetchError,
    client::{Answer, Client},
    part::{PartFile, PartRecord, ResumePoint},
};

const CHUNK_BYTES: usize = 64 * 1024;
/// A long wait is cut into pieces of this length, between which the person can stop it.
const PAUSE_PIECE: Duration = Duration::from_millis(250);

/// One download from its first try to its last.
pub(crate) struct Run<'a> {
    client: Client<'a>,
    pub(crate) part: PartFile,
    progress: &'a dyn Progress,
    pause: &'a dyn Fn(Duration),
    /// Bytes kept from an earlier run.
    pub(crate) resumed_at: Option<u64>,
    /// Whether this run has received content.
    began: bool,
}

/// How a try ended.
enum Try {
    /// All bytes are here; the SHA-256 that the publisher states.
    Whole(Option<String>),
    /// The part cannot be gone on with and was thrown away; the error to end with where no try is left.
    StartOver(FetchError),
}

impl<'a> Run<'a> {
    /// A download that has not begun yet.
    pub(crate) fn new(
        client: Client<'a>,
        part: PartFile,
        progress: &'a dyn Progress,
        pause: &'a dyn Fn(Duration),
    ) -> Self {
        Self { client, part, progress, pause, resumed_at: None, began: false }
    }

    /// Tries until all is here and checked; returns the SHA-256 and whether the publisher states the same.
    pub(crate) fn until_whole(&mut self) -> Result<(String, bool), FetchError> {
        let mut attempt = 1;
        loop {
            self.progress.check()?;
            let (error, wait) = match self.attempt() {
                Ok(Try::Whole(stated)) => return self.check(stated),
                Ok(Try::StartOver(error)) => (error, Duration::ZERO),
                Err(error) if error.is_temporary() => {
                    let wait = error.retry_after().unwrap_or_else(|| self.client.limits().backoff(attempt));
                    (error, wait)
                }
                Err(error) => return Err(error),
            };
            if attempt >= self.client.limits().max_attempts || wait > self.client.limits().max_wait {
                return Err(error.after_tries(attempt));
            }
            self.wait(wait)?;
            attempt += 1;
        }
    }

    fn attempt(&mut self) -> Result<Try, FetchError> {
        let resume = self.part.resume_point();
        let answer = self.client.get(resume.as_ref())?;
        match (answer.status, resume) {
            (200, _) => self.begin_anew(&answer)?,
            (206, Some(resume)) if self.fits(&answer, &resume) => self.go_on(&answer, resume.offset)?,
            _ => {
                self.part.discard()?;
                return Ok(Try::StartOver(self.unusable(&answer, "it was asked for the whole file and sent none")));
            }
        }
        self.receive(answer)
    }

    /// Takes the whole file from its first byte.
    fn begin_anew(&mut self, answer: &Answer) -> Result<(), FetchError> {
        let record = self.record(answer);
        if record.total.is_none() && !is_chunked(answer) {
            return Err(
                self.unusable(answer, "it does not say how long the file is, so that a break could not be noticed")
            );
        }
        self.check_size(answer, record.total)?;
        self.progress.begin(&self.client.request().title, record.total, "bytes");
        self.part.start_over(record)?;
        (self.began, self.resumed_at) = (true, None);
        Ok(())
    }

    /// Takes the rest of the file.
    fn go_on(&mut self, answer: &Answer, offset: u64) -> Result<(), FetchError> {
        self.check_size(answer, self.part.total())?;
        self.part.go_on_at(offset)?;
        if !self.began {
            self.progress.begin(&self.client.request().title, self.part.total(), "bytes");
            (self.began, self.resumed_at) = (true, Some(offset));
        }
        self.progress.advance(offset);
        Ok(())
    }

    /// Whether an answer is the rest of the very file whose beginning is here.
    fn fits(&self, answer: &Answer, resume: &ResumePoint) -> bool {
        let starts_there = content_range(answer).is_some_and(|(first, _)| first == resume.offset);
        starts_there && self.part.record().is_some_and(|record| record.is_same_file(&self.record(answer)))
    }

    fn receive(&mut self, mut answer: Answer) -> Result<Try, FetchError> {
        let total = self.part.total();
        let mut reader = answer.body.as_reader();
        let mut buffer = vec![0; CHUNK_BYTES];
        loop {
            self.progress.check()?;
            let read = reader.read(&mut buffer);
            let n = read.map_err(|error| self.client.broken(error, &answer.address, self.part.len(), total))?;
            if n == 0 {
                break;
            }
            let received = self.part.len() + n as u64;
            if received > self.client.limits().max_bytes {
                self.part.discard()?;
                return Err(self.too_large(&answer.address, None));
            }
            if total.is_some_and(|total| received > total) {
                self.part.discard()?;
                return Err(interrupted(&answer.address, received, total, BreakCause::TooLong));
            }
            self.part.append(&buffer[..n])?;
            self.progress.advance(received);
        }
        match total {
            Some(total) if self.part.len() < total => {
                Err(interrupted(&answer.address, self.part.len(), Some(total), BreakCause::ClosedEarly))
            }
            _ if self.part.len() == 0 => Err(self.unusable(&answer, "the file is empty")),
            _ => Ok(Try::Whole(answer.sha256)),
        }
    }

    fn check(&mut self, stated: Option<String>) -> Result<(String, bool), FetchError> {
        let found = self.part.sha256(self.progress)?;
        match stated {
            Some(expected) if expected != found => {
                self.part.discard()?;
                Err(FetchError::WrongChecksum { address: self.client.start().clone(), expected, found })
            }
            stated => Ok((found, stated.is_some())),
        }
    }

    fn wait(&self, wait: Duration) -> Result<(), FetchError> {
        let mut left = wait;
        while !left.is_zero() {
            self.progress.check()?;
            let piece = left.min(PAUSE_PIECE);
            (self.pause)(piece);
            left -= piece;
        }
        Ok(())
    }

    fn check_size(&self, answer: &Answer, total: Option<u64>) -> Result<(), FetchError> {
        match total {
            Some(total) if total > self.client.limits().max_bytes => Err(self.too_large(&answer.address, Some(total))),
            _ => Ok(()),
        }
    }

    fn record(&self, answer: &Answer) -> PartRecord {
        let total = match answer.status {
            206 => content_range(answer).and_then(|(_, total)| total),
            _ if is_chunked(answer) => None,
            _ => answer.header("Content-Length").and_then(|length| length.trim().parse().ok()),
        };
        let text = |name| answer.header(name).map(str::to_owned);
        PartRecord {
            address: self.client.start().to_string(),
            etag: text("ETag"),
            last_modified: text("Last-Modified"),
            sha256: answer.sha256.clone(),
            total,
        }
    }

    fn too_large(&self, address: &Address, announced: Option<u64>) -> FetchError {
        let (max_bytes, page) = (self.client.limits().max_bytes, self.client.request().page.clone());
        FetchError::TooLarge { address: address.clone(), announced, max_bytes, page }
    }

    fn unusable(&self, answer: &Answer, reason: &'static str) -> FetchError {
        let (address, status, page) = (answer.address.clone(), answer.status, self.client.request().page.clone());
        FetchError::UnusableAnswer { address, status, reason, page }
    }
}

fn interrupted(address: &Address, received: u64, total: Option<u64>, cause: BreakCause) -> FetchError {
    FetchError::Interrupted { address: address.clone(), received, total, cause, attempts: 1 }
}

/// Whether the content comes in pieces that name its end instead of its length.
fn is_chunked(answer: &Answer) -> bool {
    answer.header("Transfer-Encoding").is_some_and(|coding| coding.trim().eq_ignore_ascii_case("chunked"))
}

/// First byte and length of the whole, from `Content-Range: bytes 5-9/10`.
fn content_range(answer: &Answer) -> Option<(u64, Option<u64>)> {
    let (range, total) = answer.header("Content-Range")?.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, _) = range.split_once('-')?;
    Some((first.trim().parse().ok()?, total.trim().parse().ok()))
}
