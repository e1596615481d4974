use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;

use super::{
    InteractionsError,
    gauge::Gauge,
    tar::{Tar, is_tar},
};
use crate::error::excerpt;

/// How much of a file is looked at to tell what it is.
const HEAD: u64 = 16 << 10;
/// Packings within packings, such as a gzip in a tar in a zstd.
const MAX_LAYERS: u32 = 4;

/// An unpacked file: its name, its beginning, and all of it to read.
pub(crate) struct Unpacked<'i> {
    pub(crate) name: &'i str,
    pub(crate) head: &'i [u8],
    pub(crate) input: &'i mut dyn Read,
}

/// Unpacks gzip, zstd and tar, in any order within each other, and calls `each` with every file in them.
pub(crate) fn unpack(
    name: &str,
    input: &mut dyn Read,
    n_layers: u32,
    gauge: &Gauge<'_>,
    each: &mut dyn FnMut(Unpacked<'_>) -> Result<(), InteractionsError>,
) -> Result<(), InteractionsError> {
    let unsupported = |what, advice| Err(InteractionsError::Unsupported { file: name.to_owned(), what, advice });
    let error = |source| gauge.error(name, source);
    if n_layers > MAX_LAYERS {
        return unsupported("a packing in a packing in a packing", "unpack it and give what is in it");
    }
    let mut head = Vec::new();
    input.take(HEAD).read_to_end(&mut head).map_err(error)?;
    let mut input = Cursor::new(&head).chain(input);
    match head[..] {
        [0x1f, 0x8b, ..] => unpack(name, &mut MultiGzDecoder::new(input), n_layers + 1, gauge, each),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let mut input = zstd::Decoder::new(input).map_err(error)?;
            unpack(name, &mut input, n_layers + 1, gauge, each)
        }
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => unsupported("an xz file", "unpack it with: xz -d"),
        [b'B', b'Z', b'h', ..] => unsupported("a bzip2 file", "unpack it with: bzip2 -d"),
        [b'P', b'K', 3, 4, ..] => unsupported("a zip within another packing", "unpack the outer one and give the zip"),
        [b'P', b'A', b'R', b'1', ..] => unsupported("a packed Parquet file", "unpack it and give the Parquet file"),
        _ if is_tar(&head) => unpack_tar(name, &mut input, n_layers, gauge, each),
        _ => each(Unpacked { name, head: &head, input: &mut gauge.unpacked(input) }),
    }
}

fn unpack_tar(
    name: &str,
    input: &mut dyn Read,
    n_layers: u32,
    gauge: &Gauge<'_>,
    each: &mut dyn FnMut(Unpacked<'_>) -> Result<(), InteractionsError>,
) -> Result<(), InteractionsError> {
    let error = |source| gauge.error(name, source);
    let drain = |rest: &mut dyn Read| {
        let mut buffer = vec![0; HEAD as usize];
        let mut rest = gauge.unpacked(rest);
        loop {
            gauge.begin_row();
            if rest.read(&mut buffer).map_err(error)? == 0 {
                return Ok(());
            }
        }
    };
    let mut tar = Tar::new(input);
    let mut n_files = 0;
    while let Some(path) = tar.next().map_err(error)? {
        n_files += 1;
        if n_files > gauge.limits.max_files {
            let (file, limit) = (name.to_owned(), gauge.limits.max_files as u64);
            return Err(InteractionsError::TooMuch { file, what: "files in an archive", limit });
        }
        let path = path.replace(char::is_control, "\u{fffd}");
        unpack(&format!("{name} › {}", shown(&path)), &mut tar, n_layers + 1, gauge, each)?;
        // What nobody read of the file is counted all the same.
        drain(&mut tar)?;
    }
    // Behind the last file there is padding, and at the packing's end its checksum.
    drain(&mut tar.into_rest())
}

fn shown(path: &str) -> String {
    if path.chars().count() > 200 { excerpt(path) } else { path.to_owned() }
}
