use std::{
    convert::Infallible,
    io,
    net::TcpListener,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    thread::{self, JoinHandle},
    time::Duration,
};

use http_body_util::{BodyExt, Limited};
use hyper::{
    Response, StatusCode,
    body::{Body as HttpBody, Bytes, Frame, Incoming},
    header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{runtime, sync::oneshot};

use super::{
    answer::Answer,
    request::{MAX_BODY_BYTES, Request},
    state::{Delivery, State},
};

/// When no connection can be had (too many files are open), another try is made after this.
const RETRY_AFTER: Duration = Duration::from_millis(20);

/// The thread that answers; it ends when this is dropped.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Answers what comes in, in a thread of its own.
    pub(crate) fn start(listener: TcpListener, state: Arc<Mutex<State>>) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let runtime = runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let listener = {
            let _in_runtime = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let serve = move || {
            runtime.spawn(accept(listener, state));
            // Ends when the sender is dropped; all connections end with the runtime.
            let _ = runtime.block_on(stopped);
        };
        let thread = thread::Builder::new().name("spotify-standin".to_owned()).spawn(serve)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in there was printed already, and a failed test says more.
            let _ = thread.join();
        }
    }
}

async fn accept(listener: tokio::net::TcpListener, state: Arc<Mutex<State>>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(RETRY_AFTER).await;
            continue;
        };
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, &state));
            // An error here is the client's hanging up, or a cut that a fault asked for.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// An error cuts the connection.
async fn answer(request: hyper::Request<Incoming>, state: &Mutex<State>) -> io::Result<Response<AnswerBody>> {
    let (parts, body) = request.into_parts();
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let Ok(body) = Limited::new(body, MAX_BODY_BYTES).collect().await else {
        return Ok(response(Answer::html(413, "<h1>Payload too large</h1>\n"), false));
    };
    let request = Request {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        authorization: header(AUTHORIZATION),
        content_type: header(CONTENT_TYPE),
        body: body.to_bytes().to_vec(),
    };
    let delivery = state.lock().expect("a request that panicked was reported already").serve(&request);
    match delivery {
        Delivery::Whole(answer) => Ok(response(answer, false)),
        Delivery::Half(answer) => Ok(response(answer, true)),
        Delivery::Cut => Err(cut()),
        Delivery::Stall(duration) => {
            tokio::time::sleep(duration).await;
            Err(cut())
        }
    }
}

fn response(mut answer: Answer, is_half: bool) -> Response<AnswerBody> {
    let status = StatusCode::from_u16(answer.status).expect("statuses are between 100 and 999");
    let mut response = Response::builder().status(status);
    for (name, value) in answer.headers.drain(..) {
        response = response.header(name, value);
    }
    let (media_type, mut content) = answer.into_content();
    if let Some(media_type) = media_type {
        response = response.header(CONTENT_TYPE, media_type);
    }
    response = response.header(CONTENT_LENGTH, content.len());
    if is_half {
        content.truncate(content.len() / 2);
    }
    let body =
        AnswerBody { content: Some(content.into()), ending: if is_half { Ending::Flush } else { Ending::Whole } };
    response.body(body).expect("headers are made of visible characters")
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "cut off, as a fault asked for")
}

/// A body that is sent to its end, or cut off after what it holds.
struct AnswerBody {
    content: Option<Bytes>,
    ending: Ending,
}

enum Ending {
    Whole,
    /// What was given goes out first.
    Flush,
    Cut,
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(content) = self.content.take().filter(|content| !content.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(content))));
        }
        match self.ending {
            Ending::Whole => Poll::Ready(None),
            Ending::Flush => {
                self.ending = Ending::Cut;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Ending::Cut => Poll::Ready(Some(Err(cut()))),
        }
    }
}
