"""One router over the resources that are about writing: formats, layouts, documents, questions."""

from fastapi import APIRouter

from app.rest import ask, documents, layouts, templates

router = APIRouter()
for noun in (templates, layouts, documents, ask):
    router.include_router(noun.router)
