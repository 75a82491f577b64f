"""Settings: one frozen class, read from ``SIDENOTE_…`` environment variables or a ``.env`` file.

``docs/configuration.md`` lists every field; a test keeps the two equal.
"""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every knob of the product, with a safe default."""

    model_config = SettingsConfigDict(env_prefix="SIDENOTE_", env_file=".env", frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8000, description="Port the server listens on.", ge=0, lt=65536)
    origins: tuple[str, ...] = Field(
        (),
        description="Origins allowed to open a WebSocket or send a state-changing request, besides the server's own.",
    )
    data_dir: Path = Field(Path("data"), description="Folder of the encrypted database and the stored audio.")
    database_url: SecretStr = Field(
        SecretStr(""),
        description="PostgreSQL for the record, as `postgresql+psycopg://…`; if unset, a file in the data folder.",
    )
    models_dir: Path = Field(
        Path("~/.cache/sidenote/models").expanduser(), description="Model cache that `sidenote models pull` fills."
    )
    key_file: Path | None = Field(
        None, description="File with the 256-bit master key in hex; made in the data folder (mode 0600) when unset."
    )
    master_key: SecretStr = Field(
        SecretStr(""), description="The 256-bit master key in hex itself; when set, no key file is used."
    )
    key_command: str | None = Field(
        None,
        description="Command that prints the master key in hex, a KMS client for instance; used before a key file.",
    )
    next_key_file: Path | None = Field(
        None,
        description="File of the key that a rotation moves to; `master.key.next` in the data folder when unset.",
    )
    profile: Literal["embedded", "workstation", "gpu"] = Field(
        "embedded", description="Which model does each job, see the models manifest."
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where models run; auto takes CUDA when there is one."
    )
    asr_threads: int = Field(2, description="CPU threads for speech recognition.", ge=1)
    llm_threads: int = Field(1, description="CPU threads for drafting.", ge=1)
    drafter: Literal["local", "openai", "rules"] = Field("local", description="Engine that writes note sentences.")
    drafter_model: Path | None = Field(
        None,
        description="Folder of a Hugging Face causal language model (safetensors) that words notes with "
        "`SIDENOTE_DRAFTER=local` instead of the profile's; nothing checks its hash.",
    )
    openai_url: str = Field("http://127.0.0.1:8080/v1", description="Base URL of an OpenAI-compatible endpoint.")
    openai_model: str = Field("default", description="Model name sent to the OpenAI-compatible endpoint.")
    openai_key: SecretStr = Field(SecretStr(""), description="Key for the OpenAI-compatible endpoint.")
    template: str = Field("soap", description="Note template used for new encounters.")
    ehr_url: str = Field("http://127.0.0.1:8123/fhir", description="Base URL of the FHIR R4 server.")
    ehr_token: SecretStr = Field(SecretStr(""), description="Bearer token for the FHIR server, when it wants one.")
    ehr_timeout_s: float = Field(20.0, description="Seconds to wait for the FHIR server.", gt=0)
    ehr_profile: Literal["us-core", "epic", "oracle"] = Field(
        "us-core", description="Shape of the DocumentReference that is sent."
    )
    ehr_organization: str | None = Field(
        None, description="Id of the Organization that keeps the notes, for encounters that name none."
    )
    ehr_practitioners: dict[str, str] = Field(
        {}, description="Practitioner id of each user name (JSON), for encounters that do not list their clinician."
    )
    ehr_ai_label: bool = Field(True, description="Mark documents with the security label AIAST.")
    ehr_provenance: bool = Field(
        True, description="File a Provenance after each document, where the profile takes one."
    )
    ehr_client_id: str | None = Field(
        None, description="Client id of SMART Backend Services; the server then gets its own access tokens."
    )
    ehr_client_key: Path | None = Field(
        None,
        description="Private key (PEM, RSA or EC P-384) that proves who we are to the EHR; see `sidenote ehr key`.",
    )
    ehr_scopes: str = Field(
        "system/Patient.r system/Encounter.rs system/Practitioner.r system/MedicationRequest.rs "
        "system/AllergyIntolerance.rs system/Condition.rs system/DocumentReference.crus system/Provenance.c",
        description="Scopes that the server asks for itself.",
    )
    public_url: str | None = Field(
        None, description="URL at which browsers and the EHR reach this server; `http://HOST:PORT` when unset."
    )
    smart_client_id: str | None = Field(
        None, description="Client id of SMART App Launch; launches are refused when unset."
    )
    smart_scopes: str = Field(
        "launch openid fhirUser user/Patient.r user/Encounter.rs user/Practitioner.r user/MedicationRequest.rs "
        "user/AllergyIntolerance.rs user/Condition.rs user/DocumentReference.crus user/Provenance.c",
        description="Scopes asked for at a launch; standalone, `launch/patient launch/encounter` replace `launch`.",
    )
    smart_issuers: tuple[str, ...] = Field(
        (), description="FHIR base URLs that may launch Sidenote, besides `SIDENOTE_EHR_URL`."
    )
    frame_ancestors: tuple[str, ...] = Field(
        (), description="Origins whose pages may show Sidenote in a frame: the EHR's, for a side panel."
    )
    cds_clients: dict[str, str] = Field(
        {}, description="JWK set URL of each CDS Hooks client by its issuer (JSON); the services are off when empty."
    )
    oidc_issuer: str | None = Field(
        None, description="Issuer URL of an OpenID Connect provider for single sign-on; off when unset."
    )
    oidc_client_id: str | None = Field(None, description="Our client id there.")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""), description="Our client secret there; a public client (PKCE alone) when unset."
    )
    oidc_name: str = Field("your organisation", description="What the sign-in button calls the provider.")
    oidc_scopes: str = Field("openid profile email", description="Scopes asked for at single sign-on.")
    oidc_user_claim: str = Field(
        "preferred_username",
        description="Claim of the ID token that is the user name here at the first sign-in; choose one that people "
        "cannot change themselves. `email` counts only when the provider verified it.",
    )
    oidc_role_claim: str | None = Field(
        None, description="Claim of the ID token that decides the role; roles are kept here when unset."
    )
    oidc_roles: dict[str, Literal["clinician", "coder", "admin"]] = Field(
        {}, description="Role for each value of that claim (JSON); the first that fits counts, others may not enter."
    )
    oidc_provision: bool = Field(
        False,
        description="Make an account at the first sign-in of somebody who has a role by that claim but none here.",
    )
    oidc_acr: tuple[str, ...] = Field(
        (),
        description="Values of `acr`, one of which the ID token must have. Needed with "
        "`SIDENOTE_SECOND_FACTOR=required`: they say that the provider asked for a second factor.",
    )
    mllp_address: str | None = Field(
        None, description="`host:port` of an HL7 v2 interface; documents go there as MDM messages instead of over FHIR."
    )
    mllp_tls: bool = Field(False, description="Speak TLS to the HL7 v2 interface; plain TCP is for loopback and VPN.")
    mllp_sender: str = Field("SIDENOTE^SIDENOTE", description="Sending application^facility (MSH-3, MSH-4).")
    mllp_receiver: str = Field("EHR^EHR", description="Receiving application^facility (MSH-5, MSH-6).")
    mllp_status: Literal["AU", "LA", "DO"] = Field(
        "AU", description="Completion status of a signed note (TXA-17): authenticated, legally so, or documented."
    )
    max_upload_mb: int = Field(512, description="Largest audio upload, in megabytes.", gt=0)
    inbox: Path | None = Field(
        None,
        description="Folder that is watched for transcripts: `<inbox>/<user name>/<file>` becomes a visit of that "
        "clinician. Nothing is watched when unset.",
    )
    max_visit_s: int = Field(4 * 3600, description="Longest visit, in seconds.", gt=0)
    session_idle_s: int = Field(
        30 * 60, description="Seconds without a request after which a user is signed out.", gt=0
    )
    session_max_s: int = Field(12 * 3600, description="Seconds after which a user must sign in again.", gt=0)
    second_factor: Literal["optional", "required"] = Field(
        "optional", description="Whether everyone must set up an authenticator before anything else."
    )
    break_glass_s: int = Field(
        3600, description="Seconds that emergency access to another clinician's encounter lasts.", gt=0
    )
    audit_checkpoints: Path | None = Field(
        None,
        description="File that signed audit checkpoints are appended to; keep it off this machine. "
        "`checkpoints.jsonl` in the data folder when unset.",
    )
    audit_checkpoint_s: int = Field(300, description="Seconds between signed audit checkpoints.", gt=0)
    retention_audio_days: int | None = Field(
        None, description="Days after filing at which audio is deleted; never when unset.", ge=0
    )
    retention_transcript_days: int | None = Field(
        None,
        description="Days after filing at which transcript, findings and events are deleted; never when unset.",
        ge=0,
    )
    retention_encounter_days: int | None = Field(
        None, description="Days after its opening at which a whole encounter is shredded; never when unset.", ge=0
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="Bearer token that may read `/metrics`; only this machine may when unset."
    )
    ticket_s: int = Field(30, description="Seconds a WebSocket ticket is valid.", gt=0)
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe log level written."
    )


@lru_cache(1)
def settings() -> Settings:
    """The process's settings, read once."""
    return Settings()
