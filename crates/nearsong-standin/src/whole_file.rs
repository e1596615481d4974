use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
};

use crate::StandinError;

/// Writes a file that is either there as a whole or not at all: under another name first, then renamed.
pub(crate) fn write<T>(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> io::Result<T>,
) -> Result<T, StandinError> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = Path::new(&partial);
    let written = File::create(partial).and_then(|file| {
        let mut file = BufWriter::with_capacity(1 << 18, file);
        let result = content(&mut file)?;
        file.flush()?;
        fs::rename(partial, path)?;
        Ok(result)
    });
    written.map_err(|source| {
        // The first failure is the one to report; that the remains cannot be removed either adds nothing.
        let _ = fs::remove_file(partial);
        StandinError::Io { path: path.to_owned(), source }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("music.csv.gz");
        fs::write(&path, "before").unwrap();
        let failed = write(&path, |file| {
            file.write_all(b"half")?;
            Err::<(), _>(io::Error::other("disk full"))
        });
        assert!(failed.unwrap_err().to_string().contains("music.csv.gz: disk full"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
