use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// A request as it came: its path, then its header lines.
pub type Request = Vec<String>;

/// What the server answers.
pub enum Answer {
    /// A status alone, with a header line.
    Status(u16, &'static str),
    /// A file, whose rest can be asked for.
    File(Vec<u8>),
    /// So many bytes of a file, then silence.
    Stall(Vec<u8>, usize),
}

/// An HTTP server on this machine that answers as a test tells it to; it ends with the test.
pub struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub fn start(answer: impl Fn(usize, &Request) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let lines = BufReader::new(&stream).lines().map_while(Result::ok);
                let request: Request = lines.take_while(|line| !line.is_empty()).collect();
                let answered = answer(seen.lock().unwrap().len(), &request);
                seen.lock().unwrap().push(request.clone());
                // The client may leave at any time.
                thread::spawn(move || drop(send(stream, &request, answered)));
            }
        });
        Self { address, requests }
    }

    /// The settings file that sends downloads here.
    pub fn config(&self) -> String {
        let host = format!("http://{}", self.address);
        format!("[fetch]\nhugging_face = \"{host}\"\nkaggle = \"{host}\"\n")
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

/// The value of a header line.
pub fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let lines = request.iter().filter_map(|line| line.split_once(": "));
    lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn send(mut stream: TcpStream, request: &Request, answer: Answer) -> std::io::Result<()> {
    let head = |status: u16, more: &str, length: usize| {
        format!(
            "HTTP/1.1 {status} Whatever\r\nConnection: close\r\nETag: \"1\"\r\n{more}Content-Length: {length}\r\n\r\n"
        )
    };
    match answer {
        Answer::Status(status, more) => stream.write_all(head(status, more, 0).as_bytes()),
        Answer::Stall(bytes, at) => {
            stream.write_all(head(200, "", bytes.len()).as_bytes())?;
            stream.write_all(&bytes[..at])?;
            thread::sleep(Duration::from_secs(60));
            Ok(())
        }
        Answer::File(bytes) => {
            let from = header(request, "range")
                .and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
            let (status, from): (u16, usize) = from.map_or((200, 0), |from| (206, from));
            let range = format!("Content-Range: bytes {from}-{}/{}\r\n", bytes.len() - 1, bytes.len());
            let more = if status == 206 { range.as_str() } else { "" };
            stream.write_all(head(status, more, bytes.len() - from).as_bytes())?;
            stream.write_all(&bytes[from..])
        }
    }
}
