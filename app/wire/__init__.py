"""What crosses the wire: the JSON shapes of the REST API and of the WebSocket protocol.

``web/src/wire.gen.ts`` is generated from these models by ``sidenote schema``; a test fails when it is stale.
"""
