use std::io;

use nearsong_types::Moment;

use crate::{listener::Coverage, row::Row};

/// Where the rows of a history go, in the order in which they come to pass.
pub(crate) trait Rows {
    /// A play of music that ended at `at`, written `1 + n_repeats` times.
    fn music(&mut self, row: &Row<'_>, n_repeats: usize, coverage: Coverage, at: Moment) -> io::Result<()>;
    /// Music without a name.
    fn nameless(&mut self, row: &Row<'_>) -> io::Result<()>;
    /// An episode of a podcast.
    fn podcast(&mut self, row: &Row<'_>) -> io::Result<()>;
    /// A video.
    fn video(&mut self, row: &Row<'_>) -> io::Result<()>;
}
