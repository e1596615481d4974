use std::io::{ErrorKind, Read};

use serde::{Deserialize, de::IgnoredAny};

use crate::{
    JsonFault, Limits, Place,
    error::excerpt,
    meter::{Halt, Meter},
};

const USUAL_WINDOW: usize = 256 << 10;
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How the rows of a file stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frame {
    /// The file is a list of rows.
    List,
    /// The file is an object, and its member of this name a list of rows; other members are passed over.
    Member(&'static str),
    /// The file is one row after another, nothing between them.
    Lines,
}

/// The objects of a JSON file that are its rows, one after another.
///
/// Only a window of the file is in memory: as long as needed for one row, never longer than the limit for a row.
/// Rows are parsed where they stand in it, so that the fields that nobody asked for are never copied.
pub(crate) struct JsonRows<'a, 'm> {
    input: &'a mut dyn Read,
    meter: &'a mut Meter<'m>,
    max_row_bytes: usize,
    window: Vec<u8>,
    start: usize,
    end: usize,
    is_exhausted: bool,
    place: Place,
    frame: Frame,
}

impl<'a, 'm> JsonRows<'a, 'm> {
    pub(crate) fn new(input: &'a mut dyn Read, meter: &'a mut Meter<'m>, limits: &Limits) -> Self {
        let max_row_bytes = limits.max_row_bytes.max(BYTE_ORDER_MARK.len());
        let window = vec![0; USUAL_WINDOW.min(max_row_bytes)];
        let place = Place { row: 0, line: 1, column: 1 };
        Self { input, meter, max_row_bytes, window, start: 0, end: 0, is_exhausted: false, place, frame: Frame::List }
    }

    /// The same for rows that stand in another frame than a list.
    pub(crate) fn within(self, frame: Frame) -> Self {
        Self { frame, ..self }
    }

    /// The next row as `parse` reads it; `None` after the last one, when the file is known to be whole.
    ///
    /// `parse` gives the row and its length, and may be called again with more bytes after an error.
    pub(crate) fn next_row<T>(
        &mut self,
        parse: impl FnMut(&[u8]) -> serde_json::Result<(Result<T, JsonFault>, usize)>,
    ) -> Result<Option<T>, Halt> {
        if !self.enter()? {
            return Ok(None);
        }
        self.parse(parse).map(Some)
    }

    /// The value that begins here.
    fn parse<T>(
        &mut self,
        mut parse: impl FnMut(&[u8]) -> serde_json::Result<(Result<T, JsonFault>, usize)>,
    ) -> Result<T, Halt> {
        loop {
            match parse(&self.window[self.start..self.end]) {
                Ok((Ok(row), length)) => {
                    self.advance(length);
                    return Ok(row);
                }
                Ok((Err(fault), _)) => return Err(self.fault(fault)),
                Err(error) => {
                    if !self.fill()? {
                        return Err(self.parse_fault(&error));
                    }
                }
            }
        }
    }

    /// Comes to the first byte of the next row; false after the last one.
    fn enter(&mut self) -> Result<bool, Halt> {
        let is_first = self.place.row == 0;
        if is_first {
            self.open()?;
        }
        let mut found = self.peek()?;
        if self.frame == Frame::Lines {
            if found.is_none() {
                return Ok(false);
            }
        } else if found == Some(b']') {
            return self.close();
        } else if !is_first && found == Some(b',') {
            self.advance(1);
            found = self.peek()?;
        } else if !is_first {
            return Err(self.fault_here(|found| JsonFault::NotSeparated { found }));
        }
        self.place.row += 1;
        if found == Some(b'{') { Ok(true) } else { Err(self.fault_here(|found| JsonFault::NotARow { found })) }
    }

    /// Comes to what stands before the first row.
    fn open(&mut self) -> Result<(), Halt> {
        self.fill()?;
        if self.window[..self.end].starts_with(BYTE_ORDER_MARK) {
            self.start = BYTE_ORDER_MARK.len();
        }
        match self.frame {
            Frame::Lines => return Ok(()),
            Frame::List => {}
            Frame::Member(name) => {
                self.expect(b'{')?;
                while self.member()? != name {
                    self.pass_over()?;
                    self.expect(b',')?;
                }
            }
        }
        match self.peek()? {
            Some(b'[') => {
                self.advance(1);
                Ok(())
            }
            None => Err(self.fault(JsonFault::NotAList { found: "an empty file".to_owned() })),
            Some(_) => Err(self.fault_here(|found| JsonFault::NotAList { found })),
        }
    }

    /// Passes over what stands behind the last row, to the end of the file.
    fn close(&mut self) -> Result<bool, Halt> {
        self.advance(1);
        if matches!(self.frame, Frame::Member(_)) {
            while self.peek()? == Some(b',') {
                self.advance(1);
                self.member()?;
                self.pass_over()?;
            }
            self.expect(b'}')?;
        }
        match self.peek()? {
            None => Ok(false),
            Some(_) => Err(self.fault_here(|found| JsonFault::AfterEnd { found })),
        }
    }

    /// The name of the member that begins here, and the colon behind it.
    fn member(&mut self) -> Result<String, Halt> {
        self.some_value()?;
        let name = self.parse(|bytes| parse_one::<String>(bytes).map(|(name, length)| (Ok(name), length)))?;
        self.expect(b':')?;
        Ok(name)
    }

    fn pass_over(&mut self) -> Result<(), Halt> {
        self.some_value()?;
        // A number at the end of the window may go on behind it.
        let is_open = |rest: &[u8]| rest.iter().all(|byte| !b",}]".contains(byte));
        while is_open(&self.window[self.start..self.end]) && self.fill()? {}
        self.parse(|bytes| parse_one::<IgnoredAny>(bytes).map(|(_, length)| (Ok(()), length)))
    }

    fn some_value(&mut self) -> Result<(), Halt> {
        match self.peek()? {
            Some(_) => Ok(()),
            None => Err(self.fault(JsonFault::CutOff)),
        }
    }

    fn expect(&mut self, mark: u8) -> Result<(), Halt> {
        if self.peek()? == Some(mark) {
            self.advance(1);
            return Ok(());
        }
        Err(self.fault_here(|found| JsonFault::NotSeparated { found }))
    }

    /// The next byte that is no white space; `None` at the end of the file.
    fn peek(&mut self) -> Result<Option<u8>, Halt> {
        loop {
            let rest = &self.window[self.start..self.end];
            let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            self.advance(blank);
            if self.start < self.end {
                return Ok(Some(self.window[self.start]));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    fn advance(&mut self, length: usize) {
        let passed = &self.window[self.start..self.start + length];
        let n_lines = passed.iter().filter(|&&byte| byte == b'\n').count() as u64;
        if n_lines > 0 {
            self.place.line += n_lines;
            self.place.column = 1 + passed.iter().rev().take_while(|&&byte| byte != b'\n').count() as u64;
        } else {
            self.place.column += length as u64;
        }
        self.start += length;
    }

    /// Reads on; false where the file is at its end or a row would become too long.
    fn fill(&mut self) -> Result<bool, Halt> {
        self.window.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end == self.window.len() {
            let longer = (self.window.len() * 2).min(self.max_row_bytes);
            self.window.resize(longer, 0);
        }
        let before = self.end;
        while self.end < self.window.len() && !self.is_exhausted {
            match self.input.read(&mut self.window[self.end..]) {
                Ok(0) => self.is_exhausted = true,
                Ok(n_bytes) => self.end += n_bytes,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Halt::Io(error)),
            }
        }
        self.meter.add(self.end - before)?;
        Ok(self.end > before)
    }

    fn parse_fault(&self, error: &serde_json::Error) -> Halt {
        if error.is_eof() {
            let too_long = JsonFault::RowTooLong { limit: self.max_row_bytes };
            return self.fault(if self.is_exhausted { JsonFault::CutOff } else { too_long });
        }
        let (line, column) = (error.line() as u64, error.column() as u64);
        let text = error.to_string();
        let detail = text.trim_end_matches(&format!(" at line {line} column {column}")).to_owned();
        let before = if line > 1 { 0 } else { self.place.column - 1 };
        let place = Place { row: self.place.row, line: self.place.line + line - 1, column: before + column };
        Halt::Fault { place, fault: JsonFault::Syntax { detail } }
    }

    fn fault_here(&self, fault: impl FnOnce(String) -> JsonFault) -> Halt {
        let rest = &self.window[self.start..self.end];
        match rest.first() {
            None => self.fault(JsonFault::CutOff),
            Some(byte) => self.fault(fault(character_words(rest, *byte))),
        }
    }

    fn fault(&self, fault: JsonFault) -> Halt {
        Halt::Fault { place: self.place, fault }
    }
}

/// One JSON value from the beginning of `bytes`, and its length.
pub(crate) fn parse_one<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> serde_json::Result<(T, usize)> {
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<T>();
    let value = values.next().expect("something else than white space begins here, so there is a value or an error")?;
    Ok((value, values.byte_offset()))
}

fn character_words(bytes: &[u8], first: u8) -> String {
    let few = &bytes[..bytes.len().min(char::MAX.len_utf8())];
    match few.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next()) {
        Some(character) => excerpt(character.encode_utf8(&mut [0; 4])),
        None => format!("the byte 0x{first:02X}"),
    }
}
