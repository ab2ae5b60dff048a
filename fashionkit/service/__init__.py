"""Service: the tasks over HTTP, one model and one catalogue for all who ask; FastAPI and uvicorn, extra `serve`.

`app` wires it, `settings` says what it may do, `upload` reads what is sent within limits, `fetch` gets what is named by
URL where `hosts` allows it, `desk` takes requests in and answers them in time, `batching` brings their photos through
the one pipeline together, `routes` has one file a group of addresses, `server` listens and stops gracefully. `ui/` is
the page in a browser, in the same process (gradio, extra `ui`). The room may import `tasks` and what lies below it,
`ui/` also `demo`; torch only through `explain`.
"""

from fashionkit.service.hosts import Hosts, Place
from fashionkit.service.keys import Keys
from fashionkit.service.settings import Settings

__all__ = ["Hosts", "Keys", "Place", "Settings"]
