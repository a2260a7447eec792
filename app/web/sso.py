"""Signing in with an OpenID Connect provider: code flow with PKCE, state and nonce, by Authlib.

What has to be known between leaving and coming back stands in a signed cookie of its own, for ten minutes and for these
addresses only. Signing out is local: the provider's own session is the provider's matter.
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.base_client.errors import MismatchingStateError
from authlib.integrations.starlette_client import OAuth
from fastapi import APIRouter, FastAPI, Request
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError
from starlette.concurrency import run_in_threadpool
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import RedirectResponse, Response

from app.i18n import gettext as _
from app.practice import browsers, identities
from app.practice.accounts import User
from app.practice.errors import NotFound, PracticeError
from app.practice.house import House
from app.practice.identities import Vouched
from app.practice.keys import secret_key
from app.settings import Settings
from app.web.entry import Field, agent_of, held_back, let_in, public_address, who
from app.web.errors import status_of
from app.web.pages import render
from app.web.people import HouseDep, ReaderDep, VisitorDep
from app.web.security import Throttle, is_cross_site, local_path

router = APIRouter(prefix="/sso")

#: Seconds that signing in elsewhere may take, and seconds that the provider may take to answer.
FLOW = 600
TIMEOUT = 10.0
#: Seconds that the two clocks may differ.
LEEWAY = 120
COOKIE = "rollwith_sso"

logger = logging.getLogger(__name__)


class Trouble(Exception):
    """Signing in with the provider did not work; the message is for the person in front of the page."""


def install(app: FastAPI, settings: Settings) -> None:
    """Hang the provider of the settings, if there is one, on the app. Raises StartError where no key can be kept."""
    app.state.provider = None
    app.state.provider_name = provider_name(settings)
    if not identities.is_set_up(settings):
        return
    app.state.provider = OAuth().register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value() or None,
        server_metadata_url=settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", "timeout": TIMEOUT},
    )
    app.add_middleware(
        SessionMiddleware,
        secret_key=secret_key(settings) + " sso",
        session_cookie=COOKIE,
        max_age=FLOW,
        path=router.prefix,
        same_site="lax",
        https_only=settings.secure_cookies,
    )


def provider_name(settings: Settings) -> str:
    """What the button calls the provider; empty where there is none."""
    if not identities.is_set_up(settings):
        return ""
    return settings.oidc_name or urlsplit(settings.oidc_issuer).hostname or settings.oidc_issuer


@router.get("/start")
async def start(request: Request, house: HouseDep, user: VisitorDep, next: str = "", code: str = "") -> Response:
    """Off to the provider. `code`: the class code that somebody came with."""
    if user is not None:
        return RedirectResponse(local_path(next), 303)
    return await _leave(request, house, {"next": local_path(next), "code": code[:20]})


@router.get("/link")
async def link(request: Request, house: HouseDep, user: ReaderDep) -> Response:
    """Off to the provider, to link the account there with this one; never because another site says so."""
    if is_cross_site(request.headers):
        return RedirectResponse("/account", 303)
    return await _leave(request, house, {"link": str(user.id)})


@router.get("/callback")
async def callback(request: Request, house: HouseDep, user: VisitorDep) -> Response:
    """Back from the provider, with a code, or with an error."""
    _provider(request)
    intent = request.session.pop("intent", None) or {}
    try:
        person = await _fetch(request, house.settings)
        request.session.clear()
        return await _arrive(request, house, user, person, intent)
    except (Trouble, PracticeError) as error:
        request.session.clear()
        status = status_of(error) if isinstance(error, PracticeError) else 400
        return render(request, "sso_trouble.html", status=status, message=str(error))


@router.get("/join")
def join_page(request: Request, house: HouseDep, user: VisitorDep) -> Response:
    _provider(request)
    if user is not None or "person" not in request.session:
        return RedirectResponse("/sign-in", 303)
    form = {"name": request.session["person"]["name"], "class_code": request.session.get("code", "")}
    return render(request, "sso_join.html", **_join_context(house, form), error=None, field=None)


@router.post("/join")
def join(request: Request, house: HouseDep, user: VisitorDep, class_code: Field = "", name: Field = "") -> Response:
    """A new trainee, whom the provider has just vouched for."""
    _provider(request)
    if user is not None or "person" not in request.session:
        return RedirectResponse("/sign-in", 303)
    context = _join_context(house, {"class_code": class_code, "name": name})
    throttle: Throttle = request.app.state.join_throttle
    if wait := throttle.attempt(who(request)):
        return held_back(request, "sso_join.html", wait, **context)
    person = Vouched(**request.session["person"])
    try:
        fresh = identities.sign_up(house.database, house.settings, person, name=name, class_code=class_code)
    except PracticeError as error:
        field = getattr(error, "field", None)
        return render(request, "sso_join.html", status=status_of(error), error=error.message, field=field, **context)
    throttle.succeeded(who(request))
    request.session.clear()
    return _enter(request, house, fresh, "/clients")


async def _leave(request: Request, house: House, intent: dict[str, str]) -> Response:
    provider = _provider(request)
    request.session.clear()
    request.session["intent"] = intent
    try:
        await _metadata(provider, house.settings)
        back = public_address(request, house) + f"{router.prefix}/callback"
        response: Response = await provider.authorize_redirect(request, back)
        return response
    except (Trouble, httpx2.HTTPError, ValueError, RuntimeError) as error:
        message = str(error) if isinstance(error, Trouble) else _down(house.settings, error)
        return render(request, "sso_trouble.html", status=502, message=message)


async def _fetch(request: Request, settings: Settings) -> Vouched:
    """Whom the provider vouches for. Raises Trouble."""
    provider = _provider(request)
    name = provider_name(settings)
    try:
        await _metadata(provider, settings)
        token = await provider.authorize_access_token(request, leeway=LEEWAY)
        claims = dict(token.get("userinfo") or {})
        if not claims.get("sub"):
            raise Trouble(_("%(provider)s did not say who you are.") % {"provider": name})
        return vouched(settings.oidc_issuer, await _completed(provider, token, claims))
    except MismatchingStateError as error:
        words = _("This was begun in another window, or more than ten minutes ago. Please start again.")
        raise Trouble(words) from error
    except OAuthError as error:
        raise Trouble(_refused(settings, error)) from error
    except (JoseError, AssertionError) as error:
        raise Trouble(_not_believed(settings, error)) from error
    except (httpx2.HTTPError, ValueError, RuntimeError, KeyError) as error:
        raise Trouble(_down(settings, error)) from error


async def _metadata(provider: Any, settings: Settings) -> None:
    """What the provider says of itself. Raises Trouble where it calls itself something else, and as httpx2 does."""
    metadata = await provider.load_server_metadata()
    if str(metadata.get("issuer", "")).rstrip("/") != settings.oidc_issuer.rstrip("/"):
        provider.server_metadata.clear()
        logger.error("ROLLWITH_OIDC_ISSUER is %s, but it calls itself %s", settings.oidc_issuer, metadata.get("issuer"))
        raise Trouble(_("The way to the provider is set up wrongly. Whoever runs the room finds more in the log."))
    # an unsigned token proves nothing, and one signed with the shared secret is not what anybody sets up here
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [one for one in offered if one[:2] not in ("no", "HS")]


async def _completed(provider: Any, token: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
    """The claims, with name and address from the provider's other address where the token lacks them."""
    if (claims.get("name") and claims.get("email")) or "userinfo_endpoint" not in provider.server_metadata:
        return claims
    try:
        more = dict(await provider.userinfo(token=token))
    except (httpx2.HTTPError, OAuthError, ValueError):
        return claims  # they can say their name themselves
    return more | claims if more.get("sub") == claims["sub"] else claims


def vouched(issuer: str, claims: dict[str, Any]) -> Vouched:
    """The person behind these claims. An address that the provider has not verified is as good as none."""
    verified = claims.get("email_verified") in (True, "true")
    return Vouched(
        issuer=issuer,
        subject=str(claims["sub"])[:255],
        name=_text(claims, "name")[:120],
        username=_text(claims, "preferred_username")[:60],
        email=_text(claims, "email").lower()[:254] if verified else "",
    )


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""


async def _arrive(
    request: Request, house: House, user: User | None, person: Vouched, intent: dict[str, str]
) -> Response:
    """Link, sign in, or ask for the class code."""
    db, settings = house.database, house.settings
    if "link" in intent:
        if user is None or str(user.id) != intent["link"]:
            raise Trouble(_("You were signed out meanwhile. Sign in again, then link the two."))
        await run_in_threadpool(identities.link, db, person, user)
        return RedirectResponse("/account?done=linked", 303)
    known = await run_in_threadpool(identities.user_of, db, settings, person)
    if known is not None:
        return await run_in_threadpool(_enter, request, house, known, local_path(intent.get("next")))
    if settings.oidc_sign_up == "no":
        words = _(
            "No account here is linked with that one. Sign in with your password, and link the two under Account."
        )
        raise Trouble(words)
    request.session["person"] = vars(person)
    request.session["code"] = intent.get("code", "")
    return RedirectResponse("/sso/join", 303)


def _enter(request: Request, house: House, user: User, target: str) -> Response:
    token = browsers.enter(house.database, user.id, house.settings.session_days, agent_of(request))
    return let_in(request, house, token, target)


def _provider(request: Request) -> Any:
    """Authlib's client. Raises NotFound where there is no provider."""
    if request.app.state.provider is None:
        raise NotFound(_("There is no page at this address."))
    return request.app.state.provider


def _join_context(house: House, form: dict[str, str]) -> dict[str, Any]:
    settings = house.settings
    return {"form": form, "provider": provider_name(settings), "code_needed": settings.oidc_sign_up == "code"}


def _refused(settings: Settings, error: OAuthError) -> str:
    name = {"provider": provider_name(settings)}
    if error.error == "access_denied":
        return _("%(provider)s did not let you through, or you turned back. Nothing has changed.") % name
    logger.error("The OpenID Connect provider refuses: %s", error)
    return _("%(provider)s refused. Whoever runs the room finds the reason in the log.") % name


def _not_believed(settings: Settings, error: Exception) -> str:
    name = {"provider": provider_name(settings)}
    logger.error("The OpenID Connect provider's token is not valid: %s", error)
    early = isinstance(error, InvalidClaimError) and error.claim in ("iat", "nbf")
    if early or isinstance(error, ExpiredTokenError):
        return _("The clocks of this server and of %(provider)s disagree. Tell whoever runs the room.") % name
    return _("What %(provider)s said could not be trusted. Please start again.") % name


def _down(settings: Settings, error: Exception) -> str:
    logger.error("The OpenID Connect provider cannot be used: %s: %s", type(error).__name__, error)
    words = _("%(provider)s cannot be reached just now. Try again in a while, or sign in with your password.")
    return words % {"provider": provider_name(settings)}


__all__ = ["COOKIE", "install", "provider_name", "router", "vouched"]
