//! Writes covers of some moods, three editions each, into a folder: `cargo run --example sheet -- FOLDER`.

use std::{env, fs, path::PathBuf};

use nearsong_cover::Cover;

const MOODS: [(&str, f32, f32, f32); 6] = [
    ("calm", 0.62, 0.22, 0.2),
    ("party", 0.82, 0.85, 0.3),
    ("melancholy", 0.18, 0.25, 0.2),
    ("angry", 0.22, 0.90, 0.3),
    ("mixed", 0.50, 0.55, 0.8),
    ("happy", 0.78, 0.60, 0.4),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("name a folder")?);
    fs::create_dir_all(&folder)?;
    for (playlist, (name, valence, energy, spread)) in (1..).zip(MOODS) {
        for week in 1..=3 {
            let drift = 0.02 * week as f32;
            let cover = Cover { valence: valence + drift, energy: energy - drift, spread, playlist, edition: week };
            let jpeg = cover.to_jpeg()?;
            println!("{name} {week}: {} bytes", jpeg.len());
            fs::write(folder.join(format!("{name}-{week}.jpg")), jpeg)?;
        }
    }
    Ok(())
}
