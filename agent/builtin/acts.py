"""What an utterance does besides asking for items: accept, turn down, look into the profile, start over, chat.

Each act is a pattern over the normalised utterance; `{item}` and `{use}` stand for the catalogue's own words.
"""

from __future__ import annotations

import re

from agent.builtin.reading import Reading

__all__ = ["accepts", "careless", "chats", "compares", "explains", "forgets", "others", "popular", "rejects", "resets", "shows_profile", "strays", "surprise", "wants_help", "why_not"]

_LEAD = r"(?:(?:and|so|ok|oh|hey|hi|hello|well|please|alright|right|now|yes|yeah|no|hm+|actually|um+|wait|then|great|cool|thanks|sorry|lol|haha|but|also|,|!|\.|…) )*"
_END = r"(?: (?:please|now|again|then|thanks|thank you|mate|for me|to me|ok|lol|haha|though|,|!|\?|\.))*"


def _is(reading: Reading, pattern: str) -> bool:
    return reading.utterance.whole(rf"{_LEAD}(?:{pattern}){_END}")


def _has(reading: Reading, pattern: str) -> bool:
    return reading.utterance.has(rf"(?:{pattern})")


def resets(reading: Reading) -> bool:
    """True for "start over", "reset", "let's begin again"."""
    return _is(
        reading,
        r"(?:let us |let me |can we |could we |i want to |please )?(?:start (?:over|again|afresh|fresh|anew|from scratch|from the beginning|from zero|new)|begin (?:again|anew|from scratch)|restart|reset(?: everything| it| all| this| the (?:chat|conversation|session|search))?|new (?:search|conversation|session|chat|start)|clear (?:all|everything|the (?:chat|conversation|search|filters|session))|scrap (?:all )?(?:that|it|everything)|wipe the slate(?: clean)?|from scratch|clean slate|back to square 1|back to square one|drop all (?:that|of that|filters))(?: (?:and start (?:over|again)|from scratch|from the start|completely))?",
    )


def shows_profile(reading: Reading) -> bool:
    """True for "what do you know about me"."""
    return _has(
        reading,
        r"what (?:do|did|have) you (?:know|remember(?:ed)?|learn(?:ed|t)?|stored?|saved?|got|have|noted|remembered|recorded|think you know)(?: \w+)? (?:about|of|on|for) me(?: .*)?|what (?:do|have) i (?:like|told you|said|tell you|rated|seen|already seen|dislike|hate|watched)(?: so far| about me| about myself)?|"
        r"(?:show|list|see|view|display|open|read)(?: me)? (?:me )?(?:my|the) (?:profile|preferences|likes|dislikes|taste|tastes|history|memory|data|stored data|seen list)(?: .*)?|my (?:profile|preferences|taste profile)|(?:do|can) you remember (?:me|what i (?:like|said|told you)|anything about me)(?: .*)?|what (?:are|is) (?:my|in my) (?:profile|preferences|likes|dislikes|tastes?|favourites?)(?: .*)?|"
        r"what have (?:i|you) (?:told|got|learn(?:ed|t)|saved|stored|remembered) (?:you |on me|about me)?(?: so far| about me| about my taste| of me)*|what do you think i like|what (?:have i|did i) (?:tell|told|say|said)(?: to)? ?(?:you)?(?: .*)?|what do you (?:know|remember)(?: so far)?|who am i|how well do you know me|what (?:stuff|data|information|things) do you (?:keep|have|store) (?:about|on) me",
    )


def forgets(reading: Reading) -> str | None:
    """Return "all" for "forget everything about me", "some" for "forget that I like horror", or None."""
    if _has(
        reading,
        r"(?:forget|delete|erase|remove|clear|wipe|lose)(?: all| everything| every thing| anything)+(?: (?:of )?(?:you know|you have|that you know|my data|about me|i told you|i said|stuff|you remember|my \w+|it).*)?|(?:forget|delete|erase|clear|wipe|reset) (?:me|my (?:profile|data|memory|preferences|history|account|likes)|your memory(?: of me)?|the profile)(?: .*)?|forget (?:about )?me",
    ) and not _has(reading, r"(?:forget|remove|delete) (?:all|everything) (?:about|with|by) (?!me\b|my\b).*"):
        return "all"
    if _has(reading, r"(?:forget|unlearn|disregard|erase|delete|remove|scratch|strike|ignore)(?: (?:that|about|what|the|my|all|i|it|this|this one|of))*(?: .*)?|(?:stop|do not) (?:remember|remembering|thinking|assuming|assume|think) (?:that )?i .*|take .* (?:off|out of) (?:my|the) (?:profile|list|likes|preferences|history|seen list).*|that is (?:wrong|not true|not right|incorrect)(?: .*)?|i never (?:said|told you)(?: .*)?|i do not (?:actually |really )?(?:like|love|hate|dislike) .* (?:you got that wrong|that was wrong).*"):
        return "some" if not _has(reading, r"(?:do not|never|can not|will not|not) forget(?: .*)?|i (?:forgot|forget) .*|unforget\w+.*") else None
    return None


def accepts(reading: Reading) -> bool:
    """True where one of the shown is taken."""
    return _has(
        reading,
        rf"(?:i will|i am going to|i am gonna|i think i will|let us|we will|i shall|i might|i guess i will|i am going|going|we are going|we are|i would|think i will|will|may) (?:just |probably |definitely |have to |then |totally |gladly )?(?:take|{reading.use}|try|go with|go for|pick|choose|have|give|get|do|check out|start with|settle on|settle for|with|for|buy|order|play)(?! (?:something|anything|another|some|more|one)).*|"
        r"(?:sounds|looks|seems|is|be|that would be|sound|look) (?:\w+ )?(?:good|great|perfect|fine|lovely|awesome|amazing|cool|nice|brilliant|excellent|right|fun|wonderful|spot on|ideal|like a (?:plan|winner|good one)|just right|exactly right|interesting|tempting|fantastic|promising|the one|a winner|it)(?! (?:but|except|though|however|, but)).*|"
        rf"(?:sold|deal|done|perfect|that is the one|you sold me|winner|that it is|bingo|yes that one|yes ,? ?(?:the|that|this).*|that one it is|.* it is|that works|works for me|go with .*|i choose .*|i pick .*|i take .*|i am sold.*|(?:ok|okay|yes|yeah|great|good|alright|fine|cool|perfect|right) ,? ?(?:the |that |this )(?:{_ORD_ONE}|one|{reading.items}).*|my pick is .*|(?:ok|great|perfect|good|yes),? i (?:like|love|want) (?:the|that|this) .*|decided .*|(?:the|that) .* (?:please|then))",
    )


_ORD_ONE = r"(?:first|second|third|fourth|fifth|last|1|2|3)(?: one| 1)?"


def rejects(reading: Reading) -> str | None:
    """Return "seen" or "reject" where what was shown is turned down, or None."""
    used = reading.used
    if _has(reading, rf"(?:i |i have |we |we have |already |have )*(?:already |just )?(?:seen|{used})(?: (?:all of |both of |all |both |already )*(?:it|that|that one|this|this one|them|those|these|all|both|the \w+(?: \w+)?|everything|most of (?:them|these|those)))(?! (?:and|but) (?:loved|liked|hated)).*|already (?:seen|{used}|did|had)(?: .*)?|(?:have )?(?:been there|done that).*|(?:seen|{used})(?: both| all| already| em)?"):
        return "seen"
    if _has(
        reading,
        r"not (?:that|this|the|those|these|them|it|any of|for me|my (?:thing|style|taste|cup of tea|jam)|interested|convinced|feeling|really|quite|what|sure about|keen|so keen|what i|in the mood for|tonight|appealing|again)(?: .*)?|no (?:thanks|thank you|way|not).*|no|(?:none|neither)(?: of (?:these|those|them))?(?: .*)?|(?:i |we )?(?:do not|did not|does not|not) (?:really |particularly )?(?:like|want|fancy|feel like|love|care for|dig|appeal|enjoy) (?:it|that|this|that one|this one|any|any of (?:them|these|those)|these|those|them|the \w+(?: \w+)?|either|me|to me)(?: .*)?|"
        r"(?:skip|pass|drop|remove|lose|scratch|discard|reject|ditch|hide|take out|get rid of|leave out) ?(?:on )?(?:it|that|that one|this|this one|them|the .*|those|these)?|nah.*|meh.*|boring|too (?:boring|obvious|mainstream)|hard pass|i will pass.*|(?:hate|dislike) (?:it|that|that one|them|these|those|all of .*|the \w+(?: one)?).*|i hate (?:it|them|these|those|that).*|(?:those|these|they|all of them|both) (?:are|look|sound|seem) (?:all )?(?:boring|bad|awful|terrible|rubbish|not .*|crap|lame|meh)|rubbish.*|(?:try|think) again|(?:it|that|that one|this|they|these|those|the \w+ one) (?:does|do) not (?:appeal|sound|look|grab|interest).*|(?:do not|stop) (?:show|suggest|recommend)(?:ing)? (?:me )?(?:it|that|that one|them|those|these|the .*)(?: .*)?",
    ):
        return "reject"
    return None


def others(reading: Reading) -> bool:
    """True where different ones than shown are wanted."""
    return _has(
        reading,
        rf"(?:something|anything|somthing|someone|sth|what) else(?! (?:by|with|from|has|did|have|does|is) (?:her|him|that|this|she|he)).*|(?:show me |give me |any |some |got |a few |have you (?:got )?|can i (?:get|have|see) |\d+ |i want |i need |suggest |a couple |one |let me see |see |few |can you show me )?(?:more|others|another|another one|other ones|others|other (?:ones|options|suggestions|ideas|{reading.items}|recommendations|choices|picks)|different (?:ones|{reading.items}|options|suggestions)|new ones|alternatives?|(?:more|other|different) (?:options|suggestions|ideas|{reading.items}|recommendations|choices|of (?:those|these|them|the same|that)|ones|like (?:that|this|those|these|them))|next|next ones?|keep going|go on|continue|again|one more|\d more|a few more)(?: please| then| pls| like (?:that|these|those|this|them))?[ ?!.]*$|"
        rf"(?:what|anything|any) (?:else|other|others)(?: (?:do you (?:have|got|recommend|suggest)|have you got|is there|you got|can you (?:recommend|suggest|offer)|would you (?:recommend|suggest)|you have|there is))?[ ?!.]*|(?:show|give|suggest|recommend|try|find|want|get)(?: me| us)? (?:some |a few |something |anything |me )?(?:others?|else|another(?: {reading.items}| one)?|different|more(?: {reading.items})?)(?: .*)?|(?:any|some|a few) other (?:ones|ideas|{reading.items}|suggestions|options|recommendations|choices|picks)(?: .*)?|(?:more|another)(?: {reading.items}| ones?)?|(?:some|a bit|a few|bit)? ?more,? please.*|something (?:different|completely different|new|totally different|fresh)(?: .*)?|different (?:ones?|{reading.items}|suggestions|options)(?: .*)?|change (?:it|that|them)|next(?: one| ones)?|try again|what else|keep (?:them|it) coming|anything different|new (?:suggestions|ones|options)|other (?:suggestions|ideas|options|recommendations|ones)|more (?:of (?:the same|those|these|that)|suggestions|options|ideas|recommendations|ones)(?: .*)?|\d+ (?:more|others|other {reading.items})(?: .*)?|(?:a couple|couple|few) (?:of )?(?:more|others)(?: .*)?|another \d .*|again",
    ) and not _has(reading, r"no more .*|(?:any|some|much|a bit|a little|way) more \w+er")


def surprise(reading: Reading) -> bool:
    """True for "surprise me", "you choose", "roll the dice"."""
    return _has(
        reading,
        r"surprise (?:me|us)(?: .*)?|(?:just )?you (?:choose|pick|decide)(?: .*)?|(?:something|anything|pick (?:one|something|anything)|choose (?:one|something|anything)|one|recommend something|give me something|suggest something)(?: \w+)?(?: completely| totally)? (?:at )?random(?:ly)?(?: .*)?|(?:pick|choose) (?:one|something|anything)?(?: for (?:me|us))?|roll the dice|i am feeling lucky|feeling lucky|random(?: one| pick)?(?: please)?|a random \w+(?: .*)?|dealer s choice|wild card|wildcard|take your pick|spin the wheel|throw me a curveball|something (?:unexpected|surprising|i would never (?:think of|pick|choose))(?: .*)?|your (?:choice|pick|call|favourite)(?: .*)?|whatever you (?:like|want|think|recommend|feel like|fancy)(?: .*)?|up to you|i trust you(?: .*)?|take (?:me )?a (?:chance|gamble|risk)|pick for me|blow my mind",
    )


def careless(reading: Reading) -> bool:
    """True for "I don't care", "whatever", "no preference"."""
    return _has(
        reading,
        r"(?:i |we |really |honestly )*(?:do not|does not|did not) (?:really |much |particularly )?(?:care|mind|matter)(?! (?:for|about (?!it|that|which|the (?:year|genre|length|language))|if|violence|the)).*|whatever(?! (?:you|happens|it)).*|no (?:preference|preferences|particular preference|strong feelings|opinion|real preference)(?: .*)?|(?:anything|any|either|all)(?: (?:is fine|goes|works|will do|is good|is ok|is okay|would do|really|at all|of them|of those|one|good|is great|you (?:like|have)))*[ .!]*$|not (?:bothered|fussed|picky|fussy|particular)(?: .*)?|it does not matter(?: .*)?|no idea(?: .*)?|not sure(?: .*)?|i (?:really )?(?:do not|have no) (?:know|idea|clue)(?: .*)?|do not know(?: .*)?|i am (?:easy|open|not fussy|not picky|flexible|open to anything|up for anything|good with anything|happy with anything|fine with anything)(?: .*)?|open to (?:anything|everything|whatever)(?: .*)?|any(?:thing)? (?:goes|will do|works|is fine)(?: .*)?|makes no difference(?: .*)?|you tell me|doesn t matter|same to me|all the same to me|both(?: are)? fine|hard to say|no clue|it is all good",
    )


def popular(reading: Reading) -> bool:
    """True where what most people take is asked for."""
    return _has(
        reading,
        rf"(?:most|really|very|super|hugely) (?:popular|famous|well known|loved|beloved|watched|played|read|seen|viewed|liked)(?: .*)?|(?:classics?|something|one|ones|{reading.items}) (?:that )?(?:everyone|everybody|people|most people|all) (?:knows?|loves?|likes?|has seen|should (?:see|know|watch|play|read)|is talking about|talks about|talk about|is {reading.use}ing|{reading.use})(?: .*)?|what (?:everyone|everybody|most people|do most people|are people|people|is everyone|do people)(?: .*)?|(?:big|biggest|greatest|top) (?:hit|hits)|(?:crowd ?pleasers?|blockbusters?|best ?sellers?|hits|must sees?|must see \w+|all time (?:greats?|classics|favourites?|best))(?: .*)?|what is (?:popular|trending|hot|everyone \w+ing)(?: .*)?|trending(?: .*)?|popular (?:ones?|{reading.items}|stuff|things|choices?|picks?|right now)(?: .*)?|(?:the )?(?:top|best) (?:\d+ )?(?:rated |of all time|{reading.items} (?:ever|of all time)|ever).*|most people(?: .*)?",
    )


def shows_none(reading: Reading) -> bool:
    """True where the whole slate is turned down."""
    return _has(reading, r"(?:none|neither|not any|no+)(?: of (?:these|those|them))?")


def explains(reading: Reading) -> bool:
    """True where the reason for a suggestion is asked for."""
    return _has(
        reading,
        r"why (?:this|that|these|those|the|it|did you|do you|would you|would i|should i|is it|is that|is this|them|are you|was it|you|exactly|so|me|recommend|suggest|him|her|would that|both|all)(?: .*)?|how come(?: you| that| it| this| the)?(?: .*)?|what makes (?:you (?:think|say|suggest|recommend|pick)|it|that|this|the).*|(?:what is|give me|tell me) (?:the|your|a) (?:reason|reasoning|logic|connection)(?: .*)?|explain (?:why|your|this|that|the (?:choice|pick|suggestion|first|second|third|last)|yourself|please).*|how (?:is|does|are|do|did) (?:that|this|it|they|the \w+(?: one)?|these|you) .*(?:like|fit|match|related|relate|connected|similar|come up with|choose|pick|decide|know)(?: .*)?|what(?: does it| do they| does this| does that| has it| has that)(?: have| got)* (?:in common|to do) with(?: .*)?|why",
    ) and not why_not(reading)


def why_not(reading: Reading) -> bool:
    """True where the absence of something is asked about."""
    return _has(
        reading,
        r"why (?:not|no|did you not|do you not|are you not|have you not|was not|is not|were not|are not|is there no|are there no|is|isn t|wouldn t|would you not|would not|aren t|did i not|leave out|exclude)(?! (?:it|this|that|the) (?:called|so)).*|how come (?:not|no|you did not|there is no|it is not|you do not|.* is not|.* not).*|what about .* why not|what is wrong with .*|(?:what|any) (?:is )?(?:wrong|reason) (?:with|not).*",
    ) and not _has(reading, r"why is (?:it|this|that|the \w+)(?: \w+)? (?:a |good|on|in|here|so|recommended|suggested).*")


def compares(reading: Reading) -> bool:
    """True where two or more are to be set side by side."""
    return _has(
        reading,
        r"compare(?: .*)?|(?:what is |what are |tell me )?(?:the )?differences?(?: is| are)? between(?: .*)?|.* (?:vs|versus)(?: \.)? .*|how (?:do|does|is|are) .* (?:compare|differ|stack up|different)(?: .*)?|(?:which|what)(?: one| of (?:them|these|those|the two|the \d))? (?:is|are|would|should|do|was) (?:\w+ )?(?:better|best|the better|funnier|longer|shorter|scarier|newer|older|more|less|\w+er)(?: .*)?|(?:which|what) (?:one )?(?:would|should|do) (?:you|i|we)(?: \w+)? (?:rather|prefer|pick|choose|recommend|start with|watch|play|take|go for|go with)(?: .*)?|is .* (?:better|funnier|longer|shorter|scarier|darker|newer|older|\w+ier|more \w+|less \w+) than .*|side by side.*|.* or .* which(?: .*)?|which .* : .* or .*|should i (?:watch|play|read|take|pick|try|choose|go with|get) .* or .*",
    )


def chats(reading: Reading) -> bool:
    """True for greetings, thanks and small talk."""
    return _is(
        reading,
        r"(?:(?:hi|hii+|hello|hey|heya|hiya|yo|howdy|greetings|good (?:morning|evening|afternoon|day|night)|hola|sup|hallo|bonjour|hey there|hi there|hello there|there|sommelier|again|everyone|my friend|buddy|bot)[ ,!.]*)+(?:how are (?:you|things)(?: doing)?(?: today)?|how is it going|what is up|how do you do|nice to meet you|how have you been)?|"
        r"how are (?:you|things|u)(?: doing)?(?: today| tonight)?|how is it going|how is (?:your|the) (?:day|evening|night|life|it)(?: going)?(?: .*)?|what is (?:up|new)(?: with you)?|wassup|nice to meet you|how was your (?:day|weekend)|"
        r"(?:ok |great |cool |perfect |wow |awesome |many |lovely |brilliant |nice |good )*(?:thanks|thank you|thx|cheers|ta|much appreciated|thank)(?: (?:so|very|a) (?:much|lot|bunch|million))*(?: (?:for (?:the|your) .*|that was .*|that is .*|you are .*|again|anyway|anyways|bye|that helps|that helped|,|a lot|very helpful))*|"
        r"(?:bye|goodbye|bye bye|see you(?: later| soon)?|see ya|good ?night|later|ciao|cya|take care|farewell|have a (?:good|nice|great) (?:one|day|night|evening))(?: .*)?|(?:you are|you re|that is|that was|ur|this is) (?:so |very |really |pretty )?(?:funny|great|awesome|the best|helpful|cute|nice|cool|smart|amazing|good|kind|sweet|clever|fun|hilarious|not very smart|stupid|useless|a genius|brilliant|a good bot|neat)(?: .*)?|"
        r"(?:are|r) you (?:a |an )?(?:real|human|bot|robot|ai|person|machine|alive|there|ok|chatgpt|gpt|listening|sentient|computer|real person|real human|man|woman)(?: .*)?|who (?:are you|made you|built you|created you)|what is your (?:name|favourite (?:colour|color|food|animal))|how old are you|do you (?:have feelings|sleep|dream|eat|love me|like me|have a name|ever sleep|watch \w+)(?: .*)?|tell me a joke(?: .*)?|lol+|haha+(?: .*)?|ha|hehe|wow|cool|nice|ok|great|awesome|good|perfect|nice one|interesting|sure|fine|alright|right|yes|yeah|i see|got it|understood|amazing|lovely|brilliant|fair enough|good to know|makes sense|no worries|no problem|you too|same|it is (?:raining|cold|hot|late|my birthday|snowing|sunny|friday|monday|sunday|the weekend)(?: .*)?|i am (?:so |really |very |a bit |quite |just |feeling |super |pretty |kind of )*(?:bored|tired|sad|happy|good|fine|ok|well|great|lonely|stressed|exhausted|ill|hungry|down|excited)(?: .*)?|(?:love|like) (?:it|this|you)(?: .*)?|good (?:bot|job|one|work)|well done|welcome|sorry(?: .*)?|my bad|oops|what a (?:day|week|night)(?: .*)?|i (?:love|like) (?:you|this|talking to you|this app|this bot)|do you like (?:me|people|humans|your job)",
    )


def wants_help(reading: Reading) -> bool:
    """True for "what can you do"."""
    return _is(
        reading,
        r"help(?: me)?(?: out)?|what can (?:you|i) (?:do|ask|say|help (?:me )?with|offer|type)(?: .*)?|how (?:does|do) (?:this|it|you|i use (?:this|it|you))(?: \w+)?(?: work| use| use this)?|how do i (?:use|start|begin|search|talk|do)(?: .*)?|what (?:are|do) you(?: do| for| good at| capable of| able to do)?|instructions|commands|menu|usage|manual|what is this(?: .*)?|what should i (?:say|ask|type|do)(?: .*)?|give me (?:some )?(?:examples|tips)(?: .*)?|can you help(?: me)?(?: .{0,12})?|i need help(?: .{0,12})?|what kind of (?:things|questions|stuff) can i (?:ask|say)(?: .*)?|what do you do|how can you help(?: me)?|show me (?:an )?examples?(?: .*)?|who are you and what can you do|what are my options|what is your (?:purpose|job)|where do i start|how to use (?:this|it|you)",
    )


_TOPICS = (
    r"weather|forecast|temperature|capital of|president|prime minister|election|politics|football|soccer|cricket|nba|nfl|stock|stocks|bitcoin|crypto|share price|recipe|recipes|cook|bake|pizza|sandwich|lasagne|"
    r"homework|essay|translate|translation|python|javascript|sql|code|coding|program|debug|equation|integral|square root|calculate|maths?|physics|chemistry|poem|haiku|joke|flight|flights|hotel|train ticket|taxi|"
    r"restaurant|pizzeria|doctor|headache|medicine|symptoms|lawyer|tax|taxes|mortgage|insurance|meaning of life|what time is it|time is it|date is it|day is it|alarm|timer|reminder|email|text my|call my|phone number|"
    r"news|headlines|lottery|horoscope|tyre|tire|car insurance|plumber|wifi|password|laptop|printer|iphone|diet|workout|lose weight|marry me|your boss|how tall is|population of|distance|how far|who won|\d+ (?:\+|plus|times|x|\*|minus|divided by) \d+"
)


def strays(reading: Reading) -> bool:
    """True where the talk is of something a catalogue cannot serve."""
    return _has(reading, rf"(?:.* )?(?:{_TOPICS})(?: .*)?")
