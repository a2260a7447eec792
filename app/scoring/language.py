"""Tells whether a text is surely not English, which is all that the coder reads.

Evidence is counted, nothing is learned: a text in another script, or one whose distinct words are function words of
another language and hardly any of English. Short rows, lists, names, dialects and a foreign phrase inside English stay
English: only what is sure is called foreign. Words are compared without accents, as many people type.
"""

from __future__ import annotations

import re
import unicodedata

NOT_ENGLISH = "not English"

#: A text in Latin letters with fewer distinct words than this is never called foreign.
FEWEST_WORDS = 5
#: From this many distinct words on, one of them at least is a common English word in English; names do not count.
MANY_WORDS = 12

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`´][^\W\d_]+)*")
_APOSTROPHES = str.maketrans("’ʼ`´", "''''")
#: Letters that do not come apart into a plain letter and an accent.
_FOLDED = str.maketrans({"ł": "l", "ı": "i", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th"})
_CLITICS = frozenset(("s", "t", "re", "ve", "ll", "d", "m", "em", "all", "know"))
_ELIDED = frozenset(
    ("l", "d", "c", "j", "qu", "n", "s", "m", "t", "un", "dell", "all", "nell", "sull", "jusqu", "lorsqu")
)
#: At 4,000 letters the answer is as sure as at 60,000.
_READ = 4000

#: Words with accents that English has borrowed.
_BORROWED_TEXT = "cafe cafes cliche cliches deja fiance fiancee jalapeno naive pinata resume resumes saute voila"
_BORROWED = frozenset(_BORROWED_TEXT.split())

_ENGLISH_TEXT = """
a about above after again ago ah ain't all almost alone already alright also although always am an and another any
anybody anymore anyone anything anyway are around as ask at away back bad be because been before behind being believe
best better between big both bring but by bye c'mon call came can cannot cause child close come could cry cut cuz
d'you day days did didn't do does doesn't doing don't done down drink drinking drugs each else enough even ever every
everybody everyone everything far feel feeling feels felt few find fine first five for found four friend friends from
fuck fucking full gave get gets getting girl give go goes going gone gonna good got gotta great had half happen
happened hard has hate have having he hear hello help her here hers herself hey hi high him himself his hm hold home
hope house how i i'd i'll i'm i've if in instead into is isn't it it'd it'll it's its itself job just keep kept kid
kids kind knew know known last late later least leave left less let let's like little live lol long look lot love made
make makes making man many matter maybe mean means meant might mine money month months more morning most mother much
mum must my myself name need never new next nice night no nobody none nope nor not nothing now of off oh ok okay old
on once one only open or other our out over own part people pick place please put quit quite ready really right room
s'pose said same saw say saying says school see seem seems seen shall she should show shut sick since sit sleep smoke
smoking so some someone something sometimes soon sorry sounds spend start started stay still stop stopped stuff such
sure take takes taking talk talking tell ten than thank thanks that that's the their them themselves then there
there's these they they're thing things think this those though thought three through time times tired to today
together told tomorrow too took tried try trying turn two uh um under until up us use used usually very wait walk
wanna want wanted wants was wasn't way we week weeks well went were what what's when where which while who whole why
will with without won't wonder word work worked working worry worse would wouldn't wrong yeah year years yep yes
yesterday yet you you'd you'll you're you've young your yours yourself
"""
_ENGLISH = frozenset(_ENGLISH_TEXT.split())

#: Words of other languages that everyone uses, without accents. Words that English shares count for neither side.
_OTHERS_TEXT = {
    "Spanish": """
        a ahora al algo ano asi aunque ayer bien cada casa como con cosa cosas creo cuando de decir dejar del desde
        donde dos el ella ellos en entonces era eres es esa ese eso esta estaba estan estar este esto estoy fue
        gracias ha hace hacer han hay hijos hola hoy la las le les lo los mas me mi mis mucho muy nada ni no nos nunca
        o otra otro para pero pienso poco por porque puede puedo pues que quiero se sea ser si siempre siento sin
        sobre solo son soy su sus tambien te tengo tiene tienes todo todos tu un una uno usted va vamos ver verdad vez
        voy y ya yo
    """,
    "Portuguese": """
        a acho agora ainda ao aqui as assim ate bem coisa com como da das de dela dele depois do dos e ela ele eles em
        entao era esta estou eu faz fazer foi gosto ha isso isto ja la mais mas me mesmo meu minha muito na nada nao
        nem no nos nunca o obrigado onde os ou para pela pelo pode por porque posso pra quando que quem quero se sei
        sem ser seu sim so sou sua tambem te tem tenho todo todos tudo um uma vai voce vou
    """,
    "French": """
        a ai alors apres arreter au aussi autre aux avec avez bien bon ca ce cela ces cette chose comme comment dans
        de depuis des deux dire dit donc du elle elles en encore est et etait etre eu faire fait faut il ils jamais je
        jour juste la le les leur lui ma mais me meme mes moi mon ne ni non nous on ont ou oui par parce pas peut peux
        plus pour pourquoi quand que quelque qui quoi rien sa sais sans se ses si son sont suis sur ta te temps toi
        ton toujours tous tout toute tres trop tu un une va vais veux vie voir votre vous vraiment y
    """,
    "Italian": """
        a abbiamo adesso alla anche ancora avere bene c'e casa che chi ci come con cosa cosi da dai dei del della deve
        di dire dopo dove e ed era essere fa fare fatto gli grazie ha hai hanno ho i il in io la lavoro le lei lo loro
        lui ma mai me mi mia mio molto ne nel nella niente no noi non nulla o ogni per perche piu poi posso prima
        proprio puo qualcosa quando quello questa questo qui sei sempre senza si solo sono sta sto su sua suo te ti
        troppo tu tua tuo tutti tutto un una uno va vita voglio volta
    """,
    "German": """
        aber alle alles als also am an auch auf aus bei bin bis bist da damit dann das dass dein dem den denn der des
        die dir doch du durch ein eine einem einen einer er es etwas fuer fur ganz gar gehen geht gemacht gern gibt
        gut hab habe haben hast hat hatte ich ihm ihn ihr im immer in ist ja jeder jetzt kann kein keine koennen kommt
        konnen lassen leben machen mal man mehr mein meine mich mir mit muss nach nein nicht nichts noch nur ob oder
        ohne schon sehr sein seine sich sie sind so soll trinken uber ueber um und uns viel vom von vor war warum was
        weil weiss wenn wer werden wie wieder will wir wird wollen zeit zu zum zur zwei
    """,
    "Dutch": """
        aan al alles als altijd ben bij daar dan dat de den denk deze die dit doe doen door dus echt een en er ga gaan
        gaat gewoon goed had heb hebben heeft heel het hier hij hoe hun iets ik in is ja jaar je jij jou jouw kan
        kinderen kunnen kunt maar mag me meer met mij mijn moet moeten na naar nee niet niets nog nooit nou nu of om
        omdat ons ook op over te tijd toch toen tot u uit van veel voor waar waarom wanneer want waren was wat we weer
        weet wel wie wij wil worden wordt zal ze zeg zei zeker zelf zich zie zij zijn zo zou
    """,
    "Polish": """
        a albo ale bardzo bede bez bo byc byl byla bylo byly bym chce ci cie co cos czasu czy dla dlaczego do dobrze
        dzis go i ich ile ja jak jakie je jego jej jesli jest jestem jeszcze juz kazdy kiedy kto ktore ktory lub ma
        mam masz mi mial mnie moge moj moja moze mozna mu my na nad nas nawet nic nie niego nigdy no o od on ona oni
        pan pani pic po pod przed przez przy sa sam sie soba tak taki tam tego ten to toba tobie troche trzeba tu
        tutaj ty tylko tym w we wiem wszystko z za zawsze ze zeby zrobic zycie
    """,
    "Czech": """
        a aby aj ako ale alebo asi az bez bol bude budu by byl byla bylo byt ci co dal dnes do ho iba ja jak jako je
        jeho jej jeji jen jeste jestli jsem jsi jsme jsou k kde kdo kdyz ked ktera ktere ktery ma mam me mi mne moc
        mohu moje mu musim muze muzu my na nad nam nebo nechci necitim neni nevim nic nie nikdy o od on ona oni pak po
        pod podle prece pred pri pro proc proto protoze s se si sme som su tak take tam ten to toho tom tu ty uz v vam
        ve vic viem vsak vse vsechno vy z za zase ze zivot
    """,
    "Turkish": """
        ama artik bana bazen belki ben bence beni benim bile biliyorum bilmem bilmiyorum bir biraz biri biz bizim bu
        bugun bunu cok cunku da daha de degil degilim diye evet fakat gercekten gibi gore hayir hep her hic icin
        iciyorum icmek ile ise istemiyorum ister istiyorum iyi kadar kendi kendimi kim mi mu nasil ne neden nerede o
        olan olarak oldu oldugunu olmak olsun olur oluyor ona onu onun oyle sadece sana sen seni senin sey siz sizin
        sonra su tamam var ve veya ya yani yapmak yok zaman zaten
    """,
    "Hindi": """
        aap aapka aapke aapko accha acha aur bahut bas bata bhi chahiye chahta chahti dil dost ek gaya gayi ghar ha
        haan hai hain hi ho hoga hoon hota hoti hu hum iska isko jab jaise jo ka kab kabhi kahan kar karna karta karte
        karti ke ki kisi ko koi kuch kya kyu kyun kyunki lag lagta lekin log mai main mat matlab mein mera mere meri
        mujhe na nahi nahin ne par pata pe phir raha rahe rahi sab sabhi sakta sakti se sharab tab tha theek thi toh
        tum tumhara tumhe uska usko wo woh yaar ye yeh zindagi
    """,
    "Swedish": """
        aar aldrig alla allt att av bara blev bli da dag de del den det detta dig din du eller en ett fick for fran ga
        gar gjorde gor gora ha had hade han har hej hon hur i ingen inget inte ja jag kan kanske kommer kunde man med
        mig min mina mitt mycket nagon nagot nar nej ni nu och ocksa om pa sa sadan sag sedan sig sin ska skulle som
        till tror under upp ut vad var vara varfor varit vet vi vid vilket vill
    """,
    "Danish": """
        af aldrig alle alt altid at av bare ble blev blir bliver da dag de deg dem den der deres det dette dig din du
        eg eller en er et far fik fikk for fordi fra gjorde gjore gor ha hadde han har havde hende hun hva hvad hvem
        hvis hvor hvordan hvorfor i ikke ikkje ingen ingenting jeg kan kanskje ku kunne lige man med meg meget mer
        mere mig min mit mitt mye na naar nar noe noen nogen noget nu og ogsa om op os oss pa sa se seg selv siden sig
        skal skulle som til tror ud ut vaere vaert var ved vet vi vil ville
    """,
    "Finnish": """
        aina ehka ei eika eivat en enaa ennen etta han hanen hyva ihan ikina ja jaa jo joka joku jos jotain juoda kai
        kaikki kanssa kiitos kuin kuinka kun kylla lisaa me mika mikaan miksi mina minua minulla minulle minun mita
        mitaan mukaan mutta myos ne niin nyt oikein ole olen olet oli olin olla ollut oma on paljon se sen siella
        siina sina sita sitten tai talla tama tassa tata te tieda vaan vai vain viela voi voin vuotta
    """,
    "Hungarian": """
        a abban ami amit annyi az azert azonban azt be csak de egy egyik el ember en engem es ez ezek ezert ezt fel
        gondolom ha hanem hogy hogyan ide igen is itt jo kell ki kicsit lehet lenne lesz ma mar meg mert mi mind
        mindig mint mit most nagyon ne nekem nem nincs ok olyan ott sem semmi soha sok szeretnek szoval te tobb tudod
        tudom ugy utan vagy vagyok valami van vannak volna volt
    """,
    "Romanian": """
        a aceasta acest acum ai al ale am ar are as asa asta atunci au ca cand care ce cea cel cine cu cum da daca de
        decat deci din dupa e ea ei el ele eram este eu fac face fara fi foarte fost imi in inca incat intr la le lor
        lui ma mai mea meu mi mine mult ne nici niciodata nimic noi nu o pe pentru pot prin putin sa sau se si stiu
        sunt ta toate tot toti trebuie tu un una unde va vom vreau vrei
    """,
    "Croatian": """
        a ako ali bez bi bih bila bili bilo bio biti bolje bude budem ce cu da dan danas do dobro dok ga gde gdje hocu
        i ih ili ima imam imas iz ja jako je jedan jer jesam joj kad kada kako kao ko kod koja koje koji koliko li me
        mene meni mi mislim mogu moj moja moram mozda moze mu na nas ne necu nego nema nemam nesto ni nije nikad nisam
        nista njega o od on ona onda oni ovo po pre prije puno radi s sa sam samo se si sta sto su sve svi svoj ta
        tako te ti to toga treba tu u uvek uvijek uz vas vec vise volim za zasto zato zivot znam
    """,
    "Indonesian": """
        ada adalah agar akan aku anak anda apa atau awak bagaimana bagi bahwa banyak baru belum bisa boleh buat bukan
        cuma dalam dan dapat dari dengan di dia dong gak hanya hari harus ini itu iya jadi jangan jika juga kalau kalo
        kami kamu kan karena kata ke kerja kita lagi lah lebih mahu makan masih mau merasa mereka minum mungkin nak
        nya oleh orang pada perlu pernah rasa rumah saja sama sangat satu saya sebab sedang sekali semua seperti
        sering sudah suka tahu tak tapi telah tentang tiada tidak untuk waktu yang
    """,
    "Tagalog": """
        ako ako'y akong alam ang ano anong at ay ayaw ba bahay bakit bata dahil dapat di dito gusto hindi ikaw ito
        iyon ka kahit kami kasi kaya ko kong kung lahat lang mag maging mas may mga mo muna na naman namin nang nasa
        natin ng ngayon ni nila nito niya nya o oo pa paano pag para pero po rin sa saan sana sarili sila sino siya
        siyang sobra tapos tayo tungkol uminom wala walang yan yon yun yung
    """,
    "Vietnamese": """
        anh ay ban bay bi biet cai chi cho chua chung co con cua cung da day den di do duoc em gi gia hay het hon khi
        khong la lai lam len luon ma mat minh mot muon nao nay neu ngay nghi nguoi nhieu nhu nhung noi ong phai qua ra
        rang rat roi sao se tai the thi thich tho thoi to toi tren trong tu uong va van vao vay ve vi viec voi vui xin
    """,
    "Swahili": """
        ambao au baada bado bila cha daima gani hakuna hapa hata hii hili hivyo hiyo huyu ila ili jambo je kabisa kama
        kila kitu kuhusu kunywa kutoka kuwa kwa kwamba kwangu kweli la lakini leo mambo mimi moja mtu mwenye na nataka
        naweza ndani ndio ndiyo ni niko nina ninataka nini nyumbani pia pombe sana sasa si sijui sisi sitaki tu
        tunaweza vile vya wa wakati wangu watu wengi wewe ya yake yako yangu yao yeye za zaidi zangu
    """,
}
_OTHERS = {name: frozenset(words.split()) for name, words in _OTHERS_TEXT.items()}


def not_english(text: str, previous: str | None = None) -> bool:
    """Whether a text is surely in another language. Blank, short, mixed and doubtful texts give False.

    `previous` is what the text answers: a short one without a word of English that answers words which are surely not
    English is not English either.
    """
    text = text[:_READ]
    if _other_script(text):
        return True
    found = _WORD.findall(text)
    words = {folded(word) for word in found}
    english = {word for word in words if _is_english(word)}
    if len(words) < FEWEST_WORDS:
        return bool(words) and not english and previous is not None and not_english(previous)
    accented = {folded(word) for word in found if word[0].islower() and not word.translate(_APOSTROPHES).isascii()}
    named = {folded(word) for word in found if not word[0].islower()}
    if any(_outweighs(words, english, accented - _BORROWED, known) for known in _OTHERS.values()):
        return True
    others = words - named
    return len(others) >= MANY_WORDS and MANY_WORDS * len(english) <= len(others)


def folded(word: str) -> str:
    """A word in lower case, without accents, with straight apostrophes: "Être" is "etre", "don’t" is "don't"."""
    apart = unicodedata.normalize("NFKD", word.lower().translate(_APOSTROPHES).translate(_FOLDED))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _other_script(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    other = sum(not (letter.isascii() or unicodedata.name(letter, "").startswith("LATIN")) for letter in letters)
    return other >= 2 and 2 * other > len(letters)


def _is_english(word: str) -> bool:
    if word in _ENGLISH:
        return True
    head, _, tail = word.rpartition("'")
    return bool(head) and tail in _CLITICS and head not in _ELIDED


def _outweighs(words: set[str], english: set[str], accented: set[str], known: frozenset[str]) -> bool:
    """Whether a quarter of a text's distinct words are of one language, and three of them for each of English alone.

    A word with an accent counts for any language.
    """
    elided = {word for word in words - english if "'" in word and word.partition("'")[0] in _ELIDED}
    own = (words & known - english) | accented | elided
    return len(own) >= 2 and 4 * len(own) >= len(words) and len(own) >= 3 * len(english - known)


__all__ = ["FEWEST_WORDS", "MANY_WORDS", "NOT_ENGLISH", "folded", "not_english"]
