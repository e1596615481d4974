use super::{Family, Family::*, Genre};

const WORLDWIDE: &[&str] = &["en", "en", "en", "en", "en", "en", "en", "de", "fr", "sv", "es", "pt", "tr", "ja", "ru"];
const ENGLISH: &[&str] = &["en", "en", "en", "en", "en", "en", "en", "en", "sv", "fr"];
const IBERIAN: &[&str] = &["es", "es", "es", "pt"];
const BRAZIL: &[&str] = &["pt"];
const AFRICAN: &[&str] = &["af", "af", "af", "fr"];
const ISLAND: &[&str] = &["en", "en", "en", "af"];

const fn genre(
    (name, family, weight): (&'static str, Family, u64),
    sound: [i8; 8],
    tempo_bpm: (i64, i64),
    (major_percent, explicit_percent): (u64, u64),
    seconds: (i64, i64),
    tongues: &'static [&'static str],
) -> Genre {
    Genre { name, family, weight, sound, tempo_bpm, major_percent, explicit_percent, seconds, tongues }
}

/// All genres. Columns: name, family, weight | danceability, energy, loudness, speechiness, acousticness, instrumentalness,
/// liveness, valence | tempo | major, explicit | seconds | languages.
#[rustfmt::skip]
pub(crate) static GENRES: [Genre; 60] = [
    genre(("indie-rock", Rock, 10),        [52, 70,  -7,  5, 16, 10, 18, 52], (104, 148), (70, 8), (170, 270), WORLDWIDE),
    genre(("garage-rock", Rock, 6),        [48, 82,  -5,  6,  8,  6, 22, 56], (120, 168), (68, 8), (130, 220), ENGLISH),
    genre(("psych-rock", Rock, 6),         [46, 60,  -9,  5, 26, 34, 20, 48], (96, 140), (64, 2), (190, 400), WORLDWIDE),
    genre(("shoegaze", Rock, 5),           [36, 74,  -7,  5,  8, 48, 17, 28], (98, 138), (66, 2), (210, 340), WORLDWIDE),
    genre(("post-rock", Rock, 4),          [31, 52, -11,  4, 30, 82, 13, 17], (88, 140), (58, 0), (280, 560), WORLDWIDE),
    genre(("alt-rock", Rock, 8),           [51, 78,  -6,  6,  9,  4, 20, 48], (100, 150), (62, 9), (190, 270), WORLDWIDE),
    genre(("heavy-metal", Heavy, 6),       [42, 89,  -6,  7,  1,  9, 26, 38], (110, 168), (55, 8), (210, 340), WORLDWIDE),
    genre(("doom-metal", Heavy, 3),        [29, 73,  -8,  5,  4, 42, 16, 18], (62, 104), (50, 6), (320, 720), &["en", "en", "en", "sv", "de", "ru"]),
    genre(("post-hardcore", Heavy, 4),     [40, 90,  -5, 11,  2,  3, 25, 32], (120, 176), (56, 26), (170, 250), ENGLISH),
    genre(("punk", Heavy, 6),              [47, 92,  -5,  8,  2,  3, 28, 61], (150, 196), (74, 22), (95, 190), WORLDWIDE),
    genre(("house", Club, 8),              [72, 77,  -7,  6,  8, 28, 17, 55], (120, 128), (50, 9), (190, 400), WORLDWIDE),
    genre(("deep-house", Club, 6),         [75, 63,  -9,  6, 15, 42, 13, 44], (116, 124), (46, 3), (210, 420), WORLDWIDE),
    genre(("techno", Club, 6),             [70, 80,  -9,  6,  5, 78, 13, 24], (126, 140), (50, 1), (260, 440), &["en", "en", "de", "de", "de", "ja"]),
    genre(("trance", Club, 5),             [57, 88,  -6,  6,  3, 52, 23, 30], (132, 142), (48, 1), (220, 420), WORLDWIDE),
    genre(("drum-and-bass", Club, 6),      [54, 89,  -5,  9,  3, 44, 22, 33], (170, 178), (46, 5), (210, 330), ENGLISH),
    genre(("electro-swing", Club, 2),      [71, 74,  -6,  9, 14, 14, 21, 71], (108, 130), (48, 2), (170, 250), &["en", "de", "fr"]),
    genre(("ambient", Electronic, 6),      [28, 15, -22,  4, 90, 88, 11, 12], (66, 116), (64, 0), (160, 420), WORLDWIDE),
    genre(("downtempo", Electronic, 5),    [62, 47, -11,  6, 42, 56, 13, 36], (82, 112), (48, 2), (190, 330), WORLDWIDE),
    genre(("idm", Electronic, 4),          [55, 57, -11,  9, 26, 80, 14, 32], (96, 164), (54, 0), (200, 380), &["en", "en", "en", "de", "ja"]),
    genre(("synthwave", Electronic, 5),    [62, 73,  -8,  4,  4, 66, 17, 45], (92, 122), (42, 0), (200, 300), &["en", "en", "en", "fr"]),
    genre(("trip-hop", Electronic, 4),     [62, 52, -10,  8, 26, 34, 15, 37], (76, 104), (42, 8), (210, 320), ENGLISH),
    genre(("hip-hop", HipHop, 10),         [76, 68,  -6, 23, 16,  1, 19, 53], (84, 104), (50, 62), (150, 240), &["en", "en", "en", "en", "fr", "de", "es", "tr"]),
    genre(("boom-bap", HipHop, 5),         [73, 66,  -7, 30, 23,  2, 24, 61], (84, 97), (48, 58), (150, 240), &["en", "en", "en", "fr"]),
    genre(("trap", HipHop, 7),             [75, 62,  -6, 18, 15,  2, 17, 37], (128, 156), (48, 71), (120, 200), &["en", "en", "en", "es", "de", "ru"]),
    genre(("lo-fi-beats", HipHop, 5),      [70, 35, -13,  9, 66, 84, 13, 42], (70, 92), (52, 0), (95, 170), &["en", "en", "ja", "ja", "sv"]),
    genre(("soul", Soul, 7),               [60, 50,  -9,  5, 46,  2, 16, 56], (78, 120), (66, 4), (160, 250), ENGLISH),
    genre(("neo-soul", Soul, 5),           [65, 48,  -9, 10, 43,  3, 15, 51], (72, 104), (50, 24), (180, 270), ENGLISH),
    genre(("r-n-b", Soul, 7),              [66, 56,  -7, 10, 28,  1, 15, 44], (88, 124), (48, 36), (170, 250), ENGLISH),
    genre(("funk", Soul, 5),               [77, 74,  -8,  8, 16, 11, 16, 80], (98, 122), (52, 4), (190, 320), &["en", "en", "en", "pt", "fr"]),
    genre(("disco", Soul, 5),              [73, 79,  -7,  5, 12,  9, 18, 83], (112, 128), (56, 0), (200, 350), &["en", "en", "en", "fr"]),
    genre(("pop", Pop, 14),                [66, 66,  -6,  7, 25,  1, 16, 54], (96, 130), (62, 12), (160, 230), WORLDWIDE),
    genre(("indie-pop", Pop, 9),           [60, 56,  -8,  5, 36,  5, 15, 51], (92, 136), (74, 6), (165, 250), WORLDWIDE),
    genre(("synth-pop", Pop, 6),           [65, 74,  -7,  5,  9, 10, 17, 59], (106, 132), (58, 3), (190, 270), WORLDWIDE),
    genre(("dream-pop", Pop, 5),           [50, 50, -10,  4, 34, 36, 13, 33], (86, 126), (72, 2), (190, 290), WORLDWIDE),
    genre(("j-pop", East, 6),              [56, 79,  -5,  7, 17,  2, 22, 62], (112, 172), (70, 1), (210, 280), &["ja"]),
    genre(("city-pop", East, 3),           [67, 69,  -8,  4, 20,  4, 13, 77], (98, 122), (60, 0), (220, 320), &["ja"]),
    genre(("k-pop", East, 5),              [68, 77,  -4,  9, 18,  1, 18, 61], (98, 138), (54, 4), (170, 230), &["ko"]),
    genre(("mandopop", East, 4),           [54, 46,  -8,  4, 52,  1, 14, 33], (68, 136), (80, 0), (210, 290), &["zh"]),
    genre(("folk", Folk, 7),               [51, 33, -13,  4, 79,  7, 14, 44], (86, 134), (82, 1), (170, 270), WORLDWIDE),
    genre(("singer-songwriter", Folk, 8),  [53, 38, -11,  4, 66,  3, 13, 38], (82, 136), (84, 4), (170, 260), WORLDWIDE),
    genre(("americana", Folk, 5),          [53, 52,  -9,  4, 43,  6, 17, 49], (90, 140), (88, 3), (180, 280), &["en"]),
    genre(("country", Folk, 7),            [58, 68,  -6,  4, 21,  1, 18, 61], (94, 150), (91, 3), (170, 230), &["en"]),
    genre(("bluegrass", Folk, 3),          [55, 54,  -9,  4, 63, 18, 20, 71], (100, 164), (88, 0), (140, 240), &["en"]),
    genre(("jazz", Jazz, 6),               [52, 35, -13,  5, 78, 44, 15, 48], (84, 150), (54, 0), (190, 420), ENGLISH),
    genre(("vocal-jazz", Jazz, 4),         [49, 27, -13,  5, 86,  2, 17, 42], (72, 134), (64, 0), (150, 250), ENGLISH),
    genre(("jazz-fusion", Jazz, 4),        [57, 67, -10,  6, 22, 74, 15, 61], (92, 138), (50, 0), (240, 480), &["en", "en", "en", "ja", "pt"]),
    genre(("blues", Jazz, 5),              [55, 56,  -9,  5, 42,  8, 19, 60], (80, 134), (72, 1), (170, 290), ENGLISH),
    genre(("bossa-nova", Jazz, 3),         [65, 31, -14,  5, 83, 17, 12, 60], (68, 142), (48, 0), (130, 220), BRAZIL),
    genre(("classical", Classical, 6),     [32, 15, -22,  4, 95, 76, 15, 22], (66, 140), (66, 0), (150, 520), &["en", "de", "de", "fr", "ru", "sv"]),
    genre(("piano", Classical, 5),         [39, 12, -24,  4, 96, 89, 10, 19], (62, 132), (68, 0), (110, 240), &["en", "de", "fr", "sv", "ja", "ko"]),
    genre(("choral", Classical, 2),        [22, 19, -20,  4, 96, 30, 17, 11], (66, 118), (60, 0), (130, 340), &["en", "de", "sv", "ru"]),
    genre(("salsa", Latin, 5),             [68, 76,  -6,  6, 43,  1, 17, 83], (86, 116), (60, 0), (220, 330), &["es"]),
    genre(("reggaeton", Latin, 7),         [77, 75,  -5, 12, 16,  0, 17, 66], (88, 102), (52, 26), (170, 230), IBERIAN),
    genre(("samba", Latin, 4),             [59, 68,  -7,  7, 53,  1, 41, 74], (92, 144), (64, 0), (160, 260), BRAZIL),
    genre(("cumbia", Latin, 4),            [75, 66,  -7,  6, 32,  7, 18, 85], (84, 104), (58, 1), (170, 250), &["es"]),
    genre(("reggae", Islands, 5),          [74, 58,  -8, 11, 15,  2, 15, 71], (70, 96), (60, 4), (190, 270), ISLAND),
    genre(("dub", Islands, 3),             [73, 48, -10,  9, 12, 73, 14, 52], (66, 84), (46, 0), (200, 360), ISLAND),
    genre(("afrobeat", Africa, 5),         [72, 73,  -8,  9, 20, 26, 17, 77], (98, 126), (50, 3), (210, 420), AFRICAN),
    genre(("desert-blues", Africa, 3),     [56, 53, -10,  4, 52, 26, 14, 60], (90, 128), (48, 0), (210, 330), &["af", "af", "ar", "fr"]),
    genre(("arab-pop", Africa, 3),         [64, 65,  -7,  7, 34,  2, 19, 56], (86, 128), (38, 0), (190, 280), &["ar"]),
];
