"""What a statement does in a visit: reports, examines, reads results, assesses, plans, explains or chats.

A transparent reading by cue phrases. Speaker tags only help where the words do not decide, because they are
often swapped.
"""

import re
from enum import StrEnum
from typing import Final


class Act(StrEnum):
    """What a statement does."""

    REPORT = "report"
    RECAP = "recap"
    VITALS = "vitals"
    EXAM = "exam"
    RESULT = "result"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    EXPLANATION = "explanation"
    DEVICE = "device"
    CHAT = "chat"


_DEVICE: Final = re.compile(
    r"\b(?:hey|hi|okay|ok)[\s,]+(?:dragon|dax|google|siri|computer|alexa|sidenote)\b|\b(?:finalize|"
    r"finalise) the note\b|^dragon\b"
)
_DEVICE_TALK: Final = re.compile(
    r"\b(?:tell dax|told you about dax|told you about the (?:device|recording|computer)|dax (?:is|will|"
    r"about)|(?:recording|record) (?:this|our) (?:visit|conversation|call)|consent to (?:the |"
    r"being )?record|computer (?:is )?(?:going to |gonna )?(?:help|listen|take notes|write))\b"
)
_CHAT: Final = re.compile(
    r"^(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|nice to (?:see|meet)|good to see|great to "
    r"see|thank you|thanks|bye|goodbye|see you|take care|have a (?:good|great|nice)|you're welcome|no "
    r"problem|sounds good|okay|alright|perfect)\b[\s,.!]*)+$"
    r"|\b(?:weather|football|baseball|basketball|the game|vacation|holiday plans|birthday party|netflix|"
    r"movie|restaurant)\b(?!.*\b(?:pain|sick|hurt|ate)\b)"
)
_EXAM: Final = re.compile(
    r"\b(?:on (?:your |the |my |physical )*(?:\w+ ){0,3}exam(?:ination)?|physical exam(?:ination)?|"
    r"i (?:do |can |don't |do not |also |did |didn't |really )*(?:appreciate|palpate|hear|see (?:some|a|"
    r"no|any|that there|bruis|swell|redness|good)|feel (?:some|a|no|any)|notice (?:some|a|no|any))|to "
    r"palpation|to auscultation|on auscultation|on palpation|"
    r"(?<!my )(?:your |the )?(?:lungs?|heart|chest|abdomen|belly|tummy|throat|ears?|eyes?|eardrums?|nose|neck|"
    r"skin|reflexes|pulses?|strength|sensation|gait|lymph nodes|thyroid|knees?|shoulders?|back|ankles?|"
    r"hips?|wrists?|elbows?|feet|foot|legs?|lower extremities|extremities|hands?|spine|pupils|range of "
    r"motion|mucous membranes|mood|affect|incision|wound|bowel sounds|tonsils|sinuses|nares|liver|spleen|"
    r"exam)\s+(?:exam\s+)?(?:is|are|looks?|sounds?|feels?|appears?|seems?|was|were|has|have|shows?|"
    r"reveals?)\b(?! (?:hurting|bothering|killing|been))|"
    r"range of motion|tenderness|murmur|non-?tender|edema|straight leg|capillary refill|neurovascularly|"
    r"lungs are clear|there(?:'s| is| are) (?:some |a |no |little |mild |slight |also |good |"
    r"any )*(?:tenderness|swelling|edema|effusion|bruising|redness|erythema|murmur|crackles|wheez|rales|"
    r"rhonchi|warmth|crepitus|deformity|ecchymosis)|"
    r"i'm (?:just )?(?:pressing|feeling|listening|looking)|looks? (?:good|fine|normal|clear|swollen|red|"
    r"inflamed)|sounds? (?:good|fine|normal|clear)|\bpositive (?:\w+ ){0,2}(?:sign|test)|"
    r"\bnegative (?:\w+ ){0,2}(?:sign|test)|(?:\d/6|\d out of 6)|pain (?:with|on) (?:flexion|extension|"
    r"rotation|movement|palpation))"
)
_SYSTEM_SHOWS: Final = re.compile(
    r"^(?:and |on |now |then |so )*(?:your |the )(?:left |right |lower |upper |both )*(?:lungs?|heart|"
    r"chest|abdomen|belly|throat|ears?|eyes?|nose|neck|"
    r"skin|knees?|shoulders?|back|ankles?|hips?|wrists?|elbows?|feet|foot|legs?|extremit\w+|hands?|"
    r"spine)(?: exam)? (?:shows?|reveals?|demonstrates?|has|have|do show|does show)\b"
)
_EXAM_FUTURE: Final = re.compile(
    r"\b(?:let me|let's|i'm (?:just )?(?:going to|gonna|gon na)|i'll|i will|i wanna|i want to|i'd like to|"
    r"can i|could i|going to|gonna|i need to) (?:just |go ahead and |quickly |do |take |have |also |"
    r"examine |listen |check |look |perform )*(?:examine|listen|check|look|do a|take a|have a|perform|"
    r"physical|quick|feel|press|exam)\b"
)
_RESULT: Final = re.compile(
    r"\b(?:(?:x-?rays?|mri|ct|cat scan|scan|ultrasound|labs?|lab results|blood ?(?:work|tests?)|results?|"
    r"ekg|ecg|echo(?:cardiogram)?|a1c|hemoglobin|haemoglobin|cholesterol|ldl|glucose|creatinine|"
    r"white (?:blood )?(?:cell )?count|platelets|tsh|urinalysis|urine|biopsy|colonoscopy|endoscopy|"
    r"mammogram|pap|stress test|spirometry|pulmonary function|pfts?|kidney function|liver function|"
    r"potassium|crp|esr|autoimmune panel|lipid panel|cbc|swab|strep|culture|blood sugars?|blood count|"
    r"metabolic panel|imaging|pathology|uric acid|vitamin d level|bone density|dexa|angiogram|"
    r"catheterization|d-dimer|troponin|iron|ferritin|psa|inr|gfr|chest x-ray|thyroid (?:levels?|labs?|"
    r"panel))\b.{0,60}\b(?:shows?|showed|shown|reveals?|revealed|looks?|looked|is|are|was|were|came|come|"
    r"indicates?|suggests?|demonstrates?|normal|negative|positive|elevated|high|low|within|(?:at|"
    r"of)(?= (?:about |around )?\d)|say|says|"
    r"did show|didn't show)\b"
    r"|(?:shows?|showed|reveals?|revealed|demonstrates?|demonstrated) (?:that |me |us )?(?:there|a|an|no|"
    r"some|evidence|you|good|normal|mild|moderate|severe|your|acute|any|signs)|there(?:'s| is| was) (?:no|"
    r"good) (?:acute )?(?:fracture|bony|dislocation|abnormalit|bony alignment))\b"
)
_VITALS: Final = re.compile(
    r"\b(?:blood pressure|heart rate|pulse|temperature|temp|oxygen|o2|sats?|saturation|respirat\w+|weight|"
    r"height|bmi|vital signs|vitals|pulse ox)\b.{0,50}?(?:\b\d{2,3}(?:\.\d+)?(?:/\d{2,3})?\b|\b(?:is|are|"
    r"was|looks?|were) (?:\w+ ){0,3}(?:good|fine|normal|great|high|low|elevated|stable|okay|up|down|"
    r"higher|lower|well controlled|perfect|excellent))"
)
_ASSESSMENT: Final = re.compile(
    r"\b(?:i think (?:that )?(?:you|this|it|what|your|the|we)\b(?! (?:should|need|can|could|would|will|"
    r"'ll|might want))|i (?:do |really )?(?:believe|suspect|feel) (?:that )?(?:you|this|it|your|the)\b|"
    r"(?:it|this|that) (?:sounds|looks|seems|appears) (?:like|to be|as if|as though|that)|sounds like|"
    r"looks like|seems like|most likely|likely (?:to be|a|an|due|from|have|just|caused|viral|related)|"
    r"consistent with|suggestive of|diagnos\w+|"
    r"assessment|impression|(?:for|with|regarding|as for|in terms of|about|your|next) (?:your |the |his |"
    r"her )?(?:first|second|third|fourth|next|last|other|final|1st|2nd|3rd)(?: and final| and "
    r"last)? (?:problem|issue|concern|diagnosis|one|medical problem|thing)|problem (?:number )?\d|(?:is|"
    r"are|looks|seems|remains|appears|been) (?:very |pretty |quite |fairly |really |relatively |under |"
    r"not |well |poorly |out of )*(?:controlled|under control|stable|control|well-controlled|"
    r"uncontrolled)|"
    r"you (?:have|may have|might have|probably have|likely have|could have|do have|'ve got|'ve probably "
    r"got)(?: got)? (?:a |an |some |what |something |this |mild |acute |chronic |what we call |a bit "
    r"of )+|what we call|known as|secondary to|exacerbation|flare|(?:my|the) (?:working )?diagnosis|"
    r"related to (?:your|the)|caused by|due to (?:your|the|a)|i wonder (?:if|whether)|i'm (?:a (?:little|"
    r"bit) )?(?:worried|concerned) (?:about|that)|could be|might be|differential|suffering from|something "
    r"called|you've got (?:a |an )|this is (?:a |an |probably |likely |just |most |called |acute |what ))"
)
_PLAN: Final = re.compile(
    r"\b(?:let's (?:go ahead|start|continue|increase|decrease|get|have|do|order|try|keep|stop|plan|"
    r"schedule|repeat|check|see|make|hold|put|also|just|talk)|i(?:'m| am) (?:just |also )?(?:going to|"
    r"gonna|gon na)|i(?:'ll| will| would like| 'd like|'d like| want| wanna| need| would recommend| would "
    r"suggest| recommend| suggest|'d recommend|'d suggest| would advise| would| am happy to|'m happy to|"
    r"'d also like) (?:also |just |like |certainly |definitely |still )?(?:to |you |recommend|advise|"
    r"think about|worth (?:trying|using|taking|having|keeping)|advisable|an option|"
    r"suggest|order|start|prescribe|send|refer|give|see|get|have|put|continue|increase|write|arrange|"
    r"check|go|that)|"
    r"we(?:'ll| will|'re going to|'re gonna| can| could| should| need to| are going to| want to|"
    r"'d) (?:also |just |go ahead and |probably |then )*(?:start|order|send|refer|get|check|do|put|"
    r"continue|increase|decrease|repeat|schedule|see|try|have|give|keep|add|arrange|prescribe|recheck|set|"
    r"look|follow|make|consider|treat|talk|stop|monitor|hold|need)|"
    r"(?:start|continue|keep|increase|decrease|reduce|stop|switch|change) (?:you |taking |your |the |on |"
    r"to |with |him |her |up )+|prescri\w+|refer(?:ral|red)?\b|follow[- ]?up|come back|see (?:you|"
    r"me) (?:back |again )?in\b|(?:back|again) in (?:about )?(?:a |\d+|1|2|3|4|6)|call (?:me|us|the "
    r"office|111|999|911|back)|emergency (?:department|room)|go to (?:the )?(?:er|a and e|a&e|hospital|"
    r"emergency)|you (?:should|need to|can|could|must|ought to|want to|might want to|'ll need|'ll "
    r"want) (?:also |just |always |definitely |try |still |then )*(?:take|keep|use|try|avoid|get|make|"
    r"drink|rest|stop|continue|see|call|come|go|have|do|be|ice|elevate|apply|wear|put|start|eat|monitor|"
    r"check|book|speak|talk|limit|cut|stay|buy)|"
    r"make sure (?:you|that|to)|recommend|advise|think about|worth (?:trying|using|taking|having|keeping)|"
    r"advisable|an option|i want you to|please (?:take|call|keep|continue|make|"
    r"come|go|let)|try to|plan (?:is|for|will)|order(?:ing)? (?:a|an|some|the)|take (?:this|it|them|one|"
    r"two|\d) |over[- ]the[- ]counter|physical therapy|get (?:you|some|a|an) (?:started|set|scheduled|in|"
    r"x-?ray|blood|labs)|schedule|book (?:you|an)|safety net|plenty of fluids|drink(?:ing)? (?:lots|"
    r"plenty)|rest up|ice it|elevate|as needed for|avoid\b|if (?:it|things|your symptoms|symptoms|that|"
    r"this|they) (?:get|gets|don't|doesn't|isn't|aren't|worsen|persist|continue|haven't|hasn't)|"
    r"increase (?:the|your)|add (?:on|a|some|another)|treat (?:this|it|that|you))"
)
_EXPLANATION: Final = re.compile(
    r"\b(?:(?:it|this|these|that|they|which|medication|virus|condition) (?:can|may|might|could|will|"
    r"usually|often|generally|sometimes|tends? to|typically) (?:cause|lead|make|help|give|take|last|go|"
    r"get|happen|be)|side effects?|people (?:who|with|get|have)|patients (?:who|with)|in general|the "
    r"reason (?:why|is)|basically means|what (?:that|this) means|caused by (?:viruses|bacteria)|the virus|"
    r"most people)\b"
)
_RECAP: Final = re.compile(
    r"\b(?:you (?:mentioned|said|told|were saying|were telling|described|were describing|noticed|have "
    r"been having|had been having|reported|describe|came in|mention)|you've (?:been (?:having|getting|"
    r"feeling|experiencing|suffering|noticing)|had|got this|mentioned|noticed|told|described)|"
    r"i know (?:that )?(?:you|we)(?:'ve|'re)?\b|i (?:see|saw|understand|heard|noticed|"
    r"read) (?:here )?(?:that )?(?:you|in your)\b|you have (?:a |this |that )?(?:past |medical |"
    r"family )*history|"
    r"(?:to|just|quick) (?:re-?cap|summari[sz]e|re-?summari[sz]e|go over)|recapping|listened to your "
    r"story|from what you've (?:told|said|described)|what you're (?:describing|saying|telling)|so "
    r"you're (?:having|getting|feeling|still))\b"
)
_NAMES_CAUSE: Final = re.compile(
    r"\b(?:i think|i suspect|sounds like|looks like|seems like|likely|consistent with|diagnos|something "
    r"called|could be|might be|suggest|i wonder|i do wonder|may have|might have|caused by|due to|"
    r"exacerbation|flare|infection called|known as|what we call)\b"
)
_PATIENT_VOICE: Final = re.compile(
    r"\b(?:i'm|i am|i've|i have|i had|i was|i feel|i felt|i get|i got|i take|i took|my|i don't|i can't|i "
    r"do|i did|i smoke|i drink|i haven't|i just|i noticed|me)\b"
)
_CLINICIAN_VOICE: Final = re.compile(r"\b(?:you|your|you're|you've)\b|\bi (?:do )?appreciate\b")


def clinician_voice(text: str) -> int:
    """Positive when the words are those of someone who speaks about the hearer, negative for one's own story."""
    return 2 * len(_CLINICIAN_VOICE.findall(text)) - 2 * len(_PATIENT_VOICE.findall(text))


_ONLY_CLINICIAN: Final = re.compile(
    r"\b(?:i(?:'m| am) going to|i'll|i will|i'd like to|i would like to|i want to|let's|let us|we'll|we will|"
    r"we're going to|we are going to)"
    r" (?:also |just |go ahead and |probably )*(?:prescribe|order|refer you|start you|put you on|write you|send you|"
    r"examine you|listen to your|get you (?:started|set up|scheduled)|give you a (?:script|prescription|referral))\b|"
    r"\byour (?:lungs?|heart|blood pressure|abdomen|belly|exam|x-?ray|labs?|(?:test|lab|blood) results?|mri|vitals?|"
    r"ekg|throat|ears) (?:is|are|was|were|sounds?|looks?|shows?|showed)\b|"
    r"\bi (?:want|would like) you to (?:take|use|start|stop|continue|keep|try|come back|call|rest|follow)\b|"
    r"\b(?:on|with) your (?:physical |lung |heart |abdominal )*exam(?:ination)?\b"
)
_HESITATION: Final = re.compile(r"(?:\W*\b(?:u+m+|u+h+|e+r+m*|hm+)\b)+\W*", re.I)


def only_a_clinician(text: str) -> bool:
    """Whether words are such as only a clinician says: orders, examination of the hearer, instructions."""
    return bool(_ONLY_CLINICIAN.search(text))


def hesitates(text: str) -> bool:
    """Whether a turn is only the sound of somebody thinking."""
    return bool(_HESITATION.fullmatch(text))


def announces_exam(text: str) -> bool:
    """Whether a physical examination is about to begin."""
    return bool(_EXAM_FUTURE.search(text) or re.search(r"\b(?:physical|quick) exam", text))


_DEVICE_ORDER: Final = re.compile(
    r"^.{0,20}?\b(?:dragon|dax|google|siri|computer|alexa|sidenote)\b[\s,]*(?=(?:order|prescribe|refill)\b)"
)


def device_order(text: str) -> str | None:
    """The order inside a device command ("hey dragon, order an echocardiogram"), which is spoken all the same."""
    match = _DEVICE_ORDER.match(text)
    return text[match.end() :] if match else None


def device(text: str) -> bool:
    """Whether a sentence is a command to a device or talk about the recording."""
    return bool(_DEVICE.search(text) or _DEVICE_TALK.search(text))


def read(text: str, *, clinician: bool, planning: bool, examining: bool) -> Act:
    """The act of a statement. ``clinician`` is who most likely speaks; the other two say where the visit is."""
    if device(text):
        return Act.DEVICE
    if _CHAT.search(text):
        return Act.CHAT
    if not clinician or _EXAM_FUTURE.search(text):
        return Act.REPORT
    if _VITALS.search(text):
        return Act.VITALS
    plan, assess = bool(_PLAN.search(text)), bool(_ASSESSMENT.search(text))
    if _RECAP.search(text) and not plan and not _NAMES_CAUSE.search(text):
        return Act.RECAP
    if _SYSTEM_SHOWS.search(text):
        return Act.EXAM
    if _RESULT.search(text) and not re.search(
        r"\b(?:order\w*|repeat|recheck|get (?:a|an|some)|schedule|going to (?:get|do|order|check)|gonna (?:get|"
        r"do|order|check)|we'll (?:get|do|check))\b",
        text,
    ):
        return Act.RESULT
    if _EXAM.search(text) and not (plan and not examining):
        return Act.EXAM
    if plan:
        return Act.PLAN
    if assess:
        return Act.ASSESSMENT
    return _unmarked(text, planning=planning, examining=examining)


_IDENTIFIES: Final = re.compile(
    r"^(?:(?:and|so|well|okay|now|basically)\s+)*(?:that's|that is|it's|it is|this is|which is|these are|those are)\s+"
    r"(?:just |actually |basically |really |probably |likely |usually |called )*(?:a|an|called)\b"
)


def identifies(text: str) -> bool:
    """Whether a statement says what something is ("that's a sprain")."""
    return bool(_IDENTIFIES.search(text))


def _unmarked(text: str, *, planning: bool, examining: bool) -> Act:
    """The act of a clinician's statement without a cue of its own: what the visit is doing."""
    if _EXPLANATION.search(text):
        return Act.EXPLANATION
    if identifies(text):
        return Act.ASSESSMENT
    if examining:
        return Act.EXAM
    return Act.PLAN if planning and not re.search(r"\byou (?:said|mentioned|told|were)\b", text) else Act.REPORT
