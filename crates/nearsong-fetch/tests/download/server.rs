use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// An HTTP server that answers as a test tells it to, one connection after the other.
pub struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    headers: Vec<(String, String)>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn read(stream: &TcpStream) -> Option<Self> {
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
        let path = lines.next()?.split(' ').nth(1)?.to_owned();
        let headers =
            lines.filter_map(|line| line.split_once(": ").map(|(key, value)| (key.to_owned(), value.to_owned())));
        Some(Self { path, headers: headers.collect() })
    }
}

/// What the server sends, and how it goes wrong on the way.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    framing: Framing,
    sent: usize,
    ending: Ending,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Framing {
    Length,
    Chunked,
    Nothing,
}

#[derive(Debug, Clone, Copy)]
enum Ending {
    Close,
    Stall,
    Drip(Duration),
}

impl Reply {
    pub fn new(status: u16) -> Self {
        let (headers, body) = (Vec::new(), Vec::new());
        Self { status, headers, body, framing: Framing::Length, sent: usize::MAX, ending: Ending::Close }
    }

    pub fn ok(body: &[u8]) -> Self {
        Self::new(200).body(body)
    }

    pub fn redirect(to: &str) -> Self {
        Self::new(302).header("Location", to)
    }

    /// A file server's answer that honours `Range` and `If-Range`.
    pub fn file(bytes: &[u8], etag: &str, request: &Request) -> Self {
        let first =
            request.header("Range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
        match first.filter(|_| request.header("If-Range").is_none_or(|validator| validator == etag)) {
            Some(first) if first >= bytes.len() => Self::new(416),
            Some(first) => Self::rest(bytes, first).header("ETag", etag),
            None => Self::ok(bytes).header("ETag", etag),
        }
    }

    /// Status 206 with all bytes from `first` on.
    pub fn rest(bytes: &[u8], first: usize) -> Self {
        let range = format!("bytes {first}-{}/{}", bytes.len() - 1, bytes.len());
        Self::new(206).header("Content-Range", &range).body(&bytes[first..])
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }

    /// Sends the body in chunks, without saying how long it is.
    pub fn chunked(self) -> Self {
        Self { framing: Framing::Chunked, ..self }
    }

    /// Neither length nor chunks: the body ends with the connection.
    pub fn without_length(self) -> Self {
        Self { framing: Framing::Nothing, ..self }
    }

    /// Closes the connection after so many bytes of the body.
    pub fn cut_at(self, sent: usize) -> Self {
        Self { sent, ..self }
    }

    /// Falls silent after so many bytes of the body.
    pub fn stall_at(self, sent: usize) -> Self {
        Self { sent, ending: Ending::Stall, ..self }
    }

    /// Sends a byte now and then.
    pub fn dripping(self, every: Duration) -> Self {
        Self { ending: Ending::Drip(every), ..self }
    }

    fn head(&self) -> String {
        let mut head = format!("HTTP/1.1 {} Whatever\r\nConnection: close\r\n", self.status);
        match self.framing {
            Framing::Length if !self.headers.iter().any(|(name, _)| name == "Content-Length") => {
                head += &format!("Content-Length: {}\r\n", self.body.len());
            }
            Framing::Chunked => head += "Transfer-Encoding: chunked\r\n",
            _ => {}
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head + "\r\n"
    }

    fn send(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        stream.write_all(self.head().as_bytes())?;
        let body = &self.body[..self.sent.min(self.body.len())];
        for piece in body.chunks(if matches!(self.ending, Ending::Drip(_)) { 1 } else { 1 << 14 }) {
            if self.framing == Framing::Chunked {
                stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes())?;
            }
            stream.write_all(piece)?;
            if self.framing == Framing::Chunked {
                stream.write_all(b"\r\n")?;
            }
            if let Ending::Drip(every) = self.ending {
                thread::sleep(every);
            }
        }
        if self.framing == Framing::Chunked && body.len() == self.body.len() {
            stream.write_all(b"0\r\n\r\n")?;
        }
        if matches!(self.ending, Ending::Stall) {
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            let _ = stream.read(&mut [0]);
        }
        Ok(())
    }
}

impl Server {
    /// Starts a server; `answer` is given the number of the request, from 0, and the request.
    pub fn start(answer: impl Fn(usize, &Request) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let is_over = Arc::new(AtomicBool::new(false));
        let thread = thread::spawn({
            let (requests, is_over) = (requests.clone(), is_over.clone());
            move || {
                for stream in listener.incoming().map_while(Result::ok) {
                    if is_over.load(Ordering::SeqCst) {
                        break;
                    }
                    let Some(request) = Request::read(&stream) else { continue };
                    let n = requests.lock().unwrap().len();
                    let reply = answer(n, &request);
                    requests.lock().unwrap().push(request);
                    // The client may leave at any time; that is what many tests are about.
                    let _ = reply.send(&stream);
                }
            }
        });
        Self { address, requests, is_over, thread: Some(thread) }
    }

    /// Starts a server that gives these answers in turn, and the last one from then on.
    pub fn script(replies: Vec<Reply>) -> Self {
        Self::start(move |n, _| replies[n.min(replies.len() - 1)].clone())
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
