"""One router over the resources that are about writing: formats, layouts, documents, questions, imports."""

from fastapi import APIRouter

from app.rest import ask, documents, layouts, rewriting, templates, transcripts

router = APIRouter()
for noun in (templates, layouts, rewriting, documents, ask, transcripts):
    router.include_router(noun.router)
