"""Everyday words: never taken for a mistyped catalogue word, nor for content of a wish."""

from __future__ import annotations

__all__ = ["COMMON", "FILLER"]

FILLER = frozenset(
    """
    wife husband girlfriend boyfriend partner remember deal sold somewhat dozen morning yourself myself themselves laws joining
    join joined avoid non skip friendly ending endings a an the some any something anything one ones i me my mine we us our you
    your it its he she they them their him her his this that these those there here what which who whom whose when where why how
    is are am was were be been being do does did doing have has had having can could would will shall should may might must not no
    nor yes yeah ok oh ah hmm um uh well so too very really quite pretty rather just only also even still again then than as at by
    for from in into of off on onto out over to up with about around after before and or but if because though although please
    thanks thank hi hey hello dear good nice great fine cool awesome perfect lovely amazing best better bit little lot lots kind
    sort type like likes liked love loved loves loving want wants wanted wanna need needs needed looking look find finding search
    searching show give get got getting recommend recommendation recommendations suggest suggestion suggestions recommended
    suggested tell know think thinking feel feeling feels mood fancy try trying see seen saw watch hope maybe perhaps probably
    possibly definitely actually basically honestly literally kinda guess suppose let lets make makes made go going come tonight
    today tomorrow now later evening night weekend time day sure right thing things stuff more less most least much many few other
    others another else different new next same first last ever never always already yet lately recently ago since until however
    anyway preferably ideally possible able ideas idea options option choose pick picks picked selection favourite favourites
    anyone someone everybody everyone nobody nothing none all both each every own such without within between under above below im
    dont doesnt id ill ive say said says told mean means meant called named put keep add bring take takes took help ask enjoy enjoyed
    hear heard bored boring old set similar vibe vibes style mind open suitable suits suit appropriate okay s t re ve ll d m lol
    haha thx man dude mate guys friend folks sorry wait hang hold course btw asap quick quickly alright per via plus minus etc far
    long while based bunch couple mix cross meets everything except once matter way meh knows name list hated hate hates dislike
    dislikes disliked forget seriously regardless people folk either neither instead towards free whatever whichever bother work
    works happy glad important depends depending related gotten fan fans big huge watching playing reading seeing cheers asked
    asking answer fits fit fitting goes lists top catalogue collection library ready down back away worth decent solid proper
    interesting exciting fun whole exactly ugh argh aged usually normally changed totally surprise random remove limit laughs thoughts
    sounds prefer
    preferred prefers misspoke looks seems girl guy softer appeal helps helped helping
    bits scenes moments finally monday tuesday wednesday thursday friday saturday sunday weekday
    god gosh omg jeez damn hell wow ooh aww aw yay oops hiya heya
    kick binge marathon vein obviously clearly super honest honestly exact
    year years scared afraid terrified frightened coming soon
    drop dropped ditch scrap direction respect regard second third fourth fifth
    """.split()  # noqa: SIM905  a list of quoted words reads worse
)
"""Words that carry no content of their own in a request."""

COMMON = FILLER | frozenset(
    """
    people person woman women man men boy boys girl girls child children kid kids baby mother father mum mom dad parents parent
    brother sister son daughter wife husband girlfriend boyfriend partner family friends grandma grandpa grandparents cousin uncle
    aunt house home work world life lives living place story stories plot ending endings end ends start starts beginning character
    characters scene scenes music sound sounds voice face hand hands head heart eyes body blood money food water fire light night
    nights morning afternoon week weeks month months year years hour hours minute minutes number numbers question answer problem
    word words name names book books game games play player players team city town country places street road school teacher
    student class doctor police car train plane ship boat island mountain sea river forest garden dog dogs cat cats horse animal
    animals war army love death dead dying kill killed killer killing murder crime power king queen prince princess god church
    dream dreams sleep wake talk talking speak speaking read reading write writing written listen think thought believe remember
    forget forgot lost lose loses win wins winning fight fighting run running walk walking stand sit stay leave leaves left turn
    turns change changes move moving follow follows escape escapes meet meets meeting happen happens happened learn learns travel
    travels trip visit visits grow grows grown young adult adults teen teenage teenager teenagers small large huge tiny high low
    short slow fast early late easy hard simple strange weird dark bright happy sad angry afraid scared alone together true false
    real fake full empty free cheap expensive rich poor strong weak clean dirty hot cold warm black white red green blue yellow
    deep heavy soft quiet loud smart clever stupid silly crazy mad beautiful pretty ugly english american french german british
    everything somewhere anywhere nowhere three seven eight those these there where while which whose would their about after
    again against along among because before behind below beside between beyond during except inside instead outside since through
    toward towards under until upon whether within without around across above brain bored tired weather politics football sport
    sports cricket news recipe recipes cook cooking dinner lunch breakfast president capital joke jokes song songs stock price
    prices minister homework translate language languages computer phone internet board table card cards reviews review rating
    ratings score scores stars trailer fan fans honor honour ago classic classics release released popular recent modern total
    totally absolutely completely exactly nearly almost enough serious seriously relax relaxing spend spent waste wasted cover
    covers theme themes genre genres sense worse worst sooner rather watching watched seeing playing played cried laugh laughed
    laughing scare crying kidding hate hated hates dislike disliked loathe despise bear avoid skip remove delete erase reset clear
    restart begin profile compare comparison difference versus decide decided choice surprise random whatever whichever either
    neither explain reason reasons
    """.split()  # noqa: SIM905  a list of quoted words reads worse
)
"""Words spelled as they should be, whatever the catalogue calls its values."""
