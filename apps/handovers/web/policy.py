"""How cases travel: the member's own choices, each with what it means."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core import clock, scope
from apps.core.web.forms import attempt
from apps.handovers import policies, selecting, services
from apps.handovers.web.forms import PolicyForm, start_of
from apps.members import selectors as members
from apps.members.web.access import signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def policy(request: HttpRequest) -> HttpResponse:
    """Everybody reads them; a manager or an admin changes them."""
    actor = scope.current()
    kept = selecting.policy_of(actor.member_id)
    people = list(members.people(actor))
    form = PolicyForm(request.POST or None, initial=start_of(kept), people=people)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        changed = attempt(form, lambda: services.set_policy(**data, actor=actor, at=clock.now()))
        if changed:
            messages.success(request, _("Your cases travel like this from now on."))
            return redirect("handovers:policy")
    context = {"nav": "settings", "form": form, "may_set": policies.may_set_policy(actor)}
    status = 400 if form.errors else 200
    return render(request, "handovers/policy.html", context, status=status)
