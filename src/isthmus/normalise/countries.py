# ruff: noqa: E501 - one country a line
"""Country codes of ISO 3166-1 and the names countries go by, in six languages, folded."""

from __future__ import annotations

_TABLE = """
AD andorra|andorre
AE united arab emirates|émirats arabes unis|emiratos árabes unidos|emirados árabes unidos|vereinigte arabische emirate|emirati arabi uniti|uae
AF afghanistan|afganistán|afeganistão
AG antigua & barbuda|antigua-et-barbuda|antigua y barbuda|antígua e barbuda|antigua und barbuda|antigua e barbuda
AI anguilla|anguila
AL albania|albanie|albânia|albanien
AM armenia|arménie|armênia|armenien
AO angola
AQ antarctica|antarctique|antártida|antarktis|antartide
AR argentina|argentine|argentinien
AS american samoa|samoa américaines|samoa americana|amerikanisch-samoa|samoa americane
AT austria|autriche|áustria|österreich
AU australia|australie|austrália|australien
AW aruba
AX åland islands|îles åland|islas aland|ilhas aland|ålandinseln|isole åland
AZ azerbaijan|azerbaïdjan|azerbaiyán|azerbaijão|aserbaidschan|azerbaigian
BA bosnia & herzegovina|bosnie-herzégovine|bosnia y herzegovina|bósnia e herzegovina|bosnien und herzegowina|bosnia ed erzegovina
BB barbados|barbade
BD bangladesh|bangladés|bangladesch
BE belgium|belgique|bélgica|belgien|belgio
BF burkina faso|burquina faso
BG bulgaria|bulgarie|bulgária|bulgarien
BH bahrain|bahreïn|baréin|barein|bahrein
BI burundi
BJ benin|bénin|benín
BL st barthélemy|saint-barthélemy|san bartolomé|são bartolomeu
BM bermuda|bermudes|bermudas
BN brunei|brunéi|brunei darussalam
BO bolivia|bolivie|bolívia|bolivien|plurinational state of bolivia
BQ caribbean netherlands|pays-bas caribéens|caribe neerlandés|países baixos caribenhos|karibische niederlande|caraibi olandesi
BR brazil|brésil|brasil|brasilien|brasile
BS bahamas
BT bhutan|bhoutan|bután|butão
BV bouvet island|île bouvet|isla bouvet|ilha bouvet|bouvetinsel|isola bouvet
BW botswana|botsuana
BY belarus|biélorussie|bielorrusia|bielorrússia|bielorussia
BZ belize|belice
CA canada|canadá|kanada
CC cocos (keeling) islands|îles cocos|islas cocos|ilhas cocos (keeling)|kokosinseln|isole cocos (keeling)
CD congo - kinshasa|congo-kinshasa|república democrática del congo|kongo-kinshasa|dr congo|democratic republic of the congo
CF central african republic|république centrafricaine|república centroafricana|república centro-africana|zentralafrikanische republik|repubblica centrafricana
CG congo - brazzaville|congo-brazzaville|congo|república do congo|kongo-brazzaville
CH switzerland|suisse|suiza|suíça|schweiz|svizzera
CI côte d'ivoire|costa do marfim|costa d'avorio|cote d'ivoire|ivory coast
CK cook islands|îles cook|islas cook|ilhas cook|cookinseln|isole cook
CL chile|chili|cile
CM cameroon|cameroun|camerún|camarões|kamerun|camerun
CN china|chine|cina
CO colombia|colombie|colômbia|kolumbien
CR costa rica
CU cuba|kuba
CV cape verde|cap-vert|cabo verde|capo verde
CW curaçao|curazao
CX christmas island|île christmas|isla de navidad|ilha christmas|weihnachtsinsel|isola christmas
CY cyprus|chypre|chipre|zypern|cipro
CZ czechia|tchéquie|chequia|tchéquia|tschechien|cechia|czech republic
DE germany|allemagne|alemania|alemanha|deutschland|germania
DJ djibouti|yibuti|djibuti|dschibuti|gibuti
DK denmark|danemark|dinamarca|dänemark|danimarca
DM dominica|dominique
DO dominican republic|république dominicaine|república dominicana|dominikanische republik|repubblica dominicana
DZ algeria|algérie|argelia|argélia|algerien
EC ecuador|équateur|equador
EE estonia|estonie|estônia|estland
EG egypt|égypte|egipto|egito|ägypten|egitto
EH western sahara|sahara occidental|sáhara occidental|saara ocidental|westsahara|sahara occidentale
ER eritrea|érythrée|eritreia
ES spain|espagne|españa|espanha|spanien|spagna
ET ethiopia|éthiopie|etiopía|etiópia|äthiopien|etiopia
FI finland|finlande|finlandia|finlândia|finnland
FJ fiji|fidji|fiyi|fidschi|figi
FK falkland islands|îles malouines|islas malvinas|ilhas malvinas|falklandinseln|isole falkland
FM micronesia|micronésie|micronésia|mikronesien
FO faroe islands|îles féroé|islas feroe|ilhas faroé|färöer|isole fær øer
FR france|francia|frança|frankreich
GA gabon|gabón|gabão|gabun
GB united kingdom|royaume-uni|reino unido|vereinigtes königreich|regno unito|uk|u k|great britain|england|scotland|wales|northern ireland
GD grenada|grenade|granada
GE georgia|géorgie|geórgia|georgien
GF french guiana|guyane française|guayana francesa|guiana francesa|französisch-guayana|guyana francese
GG guernsey|guernesey
GH ghana|gana
GI gibraltar|gibilterra
GL greenland|groenland|groenlandia|groenlândia|grönland
GM gambia|gambie|gâmbia
GN guinea|guinée|guiné
GP guadeloupe|guadalupe|guadalupa
GQ equatorial guinea|guinée équatoriale|guinea ecuatorial|guiné equatorial|äquatorialguinea|guinea equatoriale
GR greece|grèce|grecia|grécia|griechenland
GS south georgia & south sandwich islands|géorgie du sud-et-les îles sandwich du sud|islas georgia del sur y sandwich del sur|ilhas geórgia do sul e sandwich do sul|südgeorgien und die südlichen sandwichinseln|georgia del sud e sandwich australi
GT guatemala
GU guam
GW guinea-bissau|guinée-bissau|guinea-bisáu|guiné-bissau
GY guyana|guiana
HK hong kong sar china|ras chinoise de hong kong|rae de hong kong (china)|hong kong, rae da china|sonderverwaltungsregion hongkong|ras di hong kong|hong kong
HM heard & mcdonald islands|îles heard-et-macdonald|islas heard y mcdonald|ilhas heard e mcdonald|heard und mcdonaldinseln|isole heard e mcdonald
HN honduras
HR croatia|croatie|croacia|croácia|kroatien|croazia
HT haiti|haïti|haití
HU hungary|hongrie|hungría|hungria|ungarn|ungheria
ID indonesia|indonésie|indonésia|indonesien
IE ireland|irlande|irlanda|irland
IL israel|israël|israele
IM isle of man|île de man|isla de man|ilha de man|isola di man
IN india|inde|índia|indien|bharat|भारत
IO british indian ocean territory|territoire britannique de l'océan indien|territorio británico del océano índico|território britânico do oceano índico|britisches territorium im indischen ozean|territorio britannico dell'oceano indiano
IQ iraq|irak|iraque
IR iran|irán|irã|iran (islamic republic of)
IS iceland|islande|islandia|islândia|island|islanda
IT italy|italie|italia|itália|italien
JE jersey
JM jamaica|jamaïque|jamaika|giamaica
JO jordan|jordanie|jordania|jordânia|jordanien|giordania
JP japan|japon|japón|japão|giappone
KE kenya|kenia|quênia
KG kyrgyzstan|kirghizstan|kirguistán|quirguistão|kirgisistan|kirghizistan
KH cambodia|cambodge|camboya|camboja|kambodscha|cambogia
KI kiribati|quiribati
KM comoros|comores|comoras|komoren|comore
KN st kitts & nevis|saint-christophe-et-niévès|san cristóbal y nieves|são cristóvão e névis|st kitts und nevis|saint kitts e nevis
KP north korea|corée du nord|corea del norte|coreia do norte|nordkorea|corea del nord
KR south korea|corée du sud|corea del sur|coreia do sul|südkorea|corea del sud|korea|republic of korea
KW kuwait|koweït
KY cayman islands|îles caïmans|islas caimán|ilhas cayman|kaimaninseln|isole cayman
KZ kazakhstan|kazajistán|cazaquistão|kasachstan|kazakistan
LA laos|lao pdr
LB lebanon|liban|líbano|libanon|libano
LC st lucia|sainte-lucie|santa lucía|santa lúcia|saint lucia
LI liechtenstein
LK sri lanka
LR liberia|libéria
LS lesotho|lesoto
LT lithuania|lituanie|lituania|lituânia|litauen
LU luxembourg|luxemburgo|luxemburg|lussemburgo
LV latvia|lettonie|letonia|letônia|lettland|lettonia
LY libya|libye|libia|líbia|libyen
MA morocco|maroc|marruecos|marrocos|marokko|marocco
MC monaco|mónaco|mônaco
MD moldova|moldavie|moldavia|moldávia|republik moldau|republic of moldova
ME montenegro|monténégro
MF st martin|saint-martin|san martín|são martinho|saint martin
MG madagascar|madagaskar
MH marshall islands|îles marshall|islas marshall|ilhas marshall|marshallinseln|isole marshall
MK north macedonia|macédoine du nord|macedonia del norte|macedônia do norte|nordmazedonien|macedonia del nord|macedonia
ML mali
MM myanmar (burma)|myanmar (birmanie)|myanmar (birmania)|mianmar (birmânia)|myanmar|burma
MN mongolia|mongolie|mongólia|mongolei
MO macao sar china|ras chinoise de macao|rae de macao (china)|macau, rae da china|sonderverwaltungsregion macau|ras di macao|macau
MP northern mariana islands|îles mariannes du nord|islas marianas del norte|ilhas marianas do norte|nördliche marianen|isole marianne settentrionali
MQ martinique|martinica
MR mauritania|mauritanie|mauritânia|mauretanien
MS montserrat
MT malta|malte
MU mauritius|maurice|mauricio|maurício
MV maldives|maldivas|malediven|maldive
MW malawi|malaui
MX mexico|mexique|méxico|mexiko|messico
MY malaysia|malaisie|malasia|malásia
MZ mozambique|moçambique|mosambik|mozambico
NA namibia|namibie|namíbia
NC new caledonia|nouvelle-calédonie|nueva caledonia|nova caledônia|neukaledonien|nuova caledonia
NE niger|níger
NF norfolk island|île norfolk|isla norfolk|ilha norfolk|norfolkinsel|isola norfolk
NG nigeria|nigéria
NI nicaragua|nicarágua
NL netherlands|pays-bas|países bajos|países baixos|niederlande|paesi bassi|holland|the netherlands
NO norway|norvège|noruega|norwegen|norvegia
NP nepal|népal
NR nauru
NU niue
NZ new zealand|nouvelle-zélande|nueva zelanda|nova zelândia|neuseeland|nuova zelanda
OM oman|omán|omã
PA panama|panamá
PE peru|pérou|perú|perù
PF french polynesia|polynésie française|polinesia francesa|polinésia francesa|französisch-polynesien|polinesia francese
PG papua new guinea|papouasie-nouvelle-guinée|papúa nueva guinea|papua-nova guiné|papua-neuguinea|papua nuova guinea
PH philippines|filipinas|philippinen|filippine|the philippines
PK pakistan|pakistán|paquistão
PL poland|pologne|polonia|polônia|polen
PM st pierre & miquelon|saint-pierre-et-miquelon|san pedro y miquelón|são pedro e miquelão|st pierre und miquelon|saint-pierre e miquelon
PN pitcairn islands|îles pitcairn|islas pitcairn|ilhas pitcairn|pitcairninseln|isole pitcairn
PR puerto rico|porto rico|portorico
PS palestinian territories|territoires palestiniens|territorios palestinos|territórios palestinos|palästinensische autonomiegebiete|territori palestinesi|palestine
PT portugal|portogallo
PW palau|palaos
PY paraguay|paraguai
QA qatar|catar|katar
RE réunion|la réunion|reunión|reunião|riunione
RO romania|roumanie|rumanía|romênia|rumänien
RS serbia|serbie|sérvia|serbien
RU russia|russie|rusia|rússia|russland|russian federation
RW rwanda|ruanda
SA saudi arabia|arabie saoudite|arabia saudí|arábia saudita|saudi-arabien|arabia saudita
SB solomon islands|îles salomon|islas salomón|ilhas salomão|salomonen|isole salomone
SC seychelles|seicheles|seychellen
SD sudan|soudan|sudán|sudão
SE sweden|suède|suecia|suécia|schweden|svezia
SG singapore|singapour|singapur|singapura
SH st helena|sainte-hélène|santa elena|santa helena|sant'elena
SI slovenia|slovénie|eslovenia|eslovênia|slowenien
SJ svalbard & jan mayen|svalbard et jan mayen|svalbard y jan mayen|svalbard e jan mayen|spitzbergen und jan mayen
SK slovakia|slovaquie|eslovaquia|eslováquia|slowakei|slovacchia
SL sierra leone|sierra leona|serra leoa
SM san marino|saint-marin
SN senegal|sénégal
SO somalia|somalie|somália
SR suriname|surinam
SS south sudan|soudan du sud|sudán del sur|sudão do sul|südsudan|sud sudan
ST são tomé & príncipe|sao tomé-et-principe|santo tomé y príncipe|são tomé e príncipe|são tomé und príncipe
SV el salvador|salvador
SX sint maarten|saint-martin (partie néerlandaise)
SY syria|syrie|siria|síria|syrien|syrian arab republic
SZ eswatini|esuatini|essuatíni|swaziland
TC turks & caicos islands|îles turques-et-caïques|islas turcas y caicos|ilhas turcas e caicos|turks- und caicosinseln|isole turks e caicos
TD chad|tchad|chade|tschad|ciad
TF french southern territories|terres australes françaises|territorios australes franceses|territórios franceses do sul|französische süd- und antarktisgebiete|terre australi francesi
TG togo
TH thailand|thaïlande|tailandia|tailândia|thailandia
TJ tajikistan|tadjikistan|tayikistán|tadjiquistão|tadschikistan|tagikistan
TK tokelau
TL timor-leste|timor oriental|timor est
TM turkmenistan|turkménistan|turkmenistán|turcomenistão
TN tunisia|tunisie|túnez|tunísia|tunesien
TO tonga
TR türkiye|turquie|turquía|turquia|türkei|turchia|turkey
TT trinidad & tobago|trinité-et-tobago|trinidad y tobago|trinidad e tobago|trinidad und tobago
TV tuvalu
TW taiwan|taïwan|taiwán
TZ tanzania|tanzanie|tanzânia|tansania|united republic of tanzania
UA ukraine|ucrania|ucrânia|ucraina
UG uganda|ouganda
UM us outlying islands|îles mineures éloignées des états-unis|islas menores alejadas de ee uu|ilhas menores distantes dos eua|amerikanische überseeinseln|isole minori esterne degli stati uniti
US united states|états-unis|estados unidos|vereinigte staaten|stati uniti|usa|us|u s|u s a|united states of america
UY uruguay|uruguai
UZ uzbekistan|ouzbékistan|uzbekistán|uzbequistão|usbekistan
VA vatican city|état de la cité du vatican|ciudad del vaticano|cidade do vaticano|vatikanstadt|città del vaticano
VC st vincent & grenadines|saint-vincent-et-les grenadines|san vicente y las granadinas|são vicente e granadinas|st vincent und die grenadinen|saint vincent e grenadine
VE venezuela
VG british virgin islands|îles vierges britanniques|islas vírgenes británicas|ilhas virgens britânicas|britische jungferninseln|isole vergini britanniche
VI us virgin islands|îles vierges des états-unis|islas vírgenes de ee uu|ilhas virgens americanas|amerikanische jungferninseln|isole vergini americane
VN vietnam|viêt nam|vietnã|viet nam
VU vanuatu
WF wallis & futuna|wallis-et-futuna|wallis y futuna|wallis e futuna|wallis und futuna
WS samoa
YE yemen|yémen|iêmen|jemen
YT mayotte
ZA south africa|afrique du sud|sudáfrica|áfrica do sul|südafrika|sudafrica
ZM zambia|zambie|zâmbia|sambia
ZW zimbabwe|zimbabue|zimbábue|simbabwe
"""
_THREE_LETTERS = """
AD:AND AE:ARE AF:AFG AG:ATG AI:AIA AL:ALB AM:ARM AO:AGO AQ:ATA AR:ARG AS:ASM AT:AUT AU:AUS AW:ABW
AX:ALA AZ:AZE BA:BIH BB:BRB BD:BGD BE:BEL BF:BFA BG:BGR BH:BHR BI:BDI BJ:BEN BL:BLM BM:BMU BN:BRN
BO:BOL BQ:BES BR:BRA BS:BHS BT:BTN BV:BVT BW:BWA BY:BLR BZ:BLZ CA:CAN CC:CCK CD:COD CF:CAF CG:COG
CH:CHE CI:CIV CK:COK CL:CHL CM:CMR CN:CHN CO:COL CR:CRI CU:CUB CV:CPV CW:CUW CX:CXR CY:CYP CZ:CZE
DE:DEU DJ:DJI DK:DNK DM:DMA DO:DOM DZ:DZA EC:ECU EE:EST EG:EGY EH:ESH ER:ERI ES:ESP ET:ETH FI:FIN
FJ:FJI FK:FLK FM:FSM FO:FRO FR:FRA GA:GAB GB:GBR GD:GRD GE:GEO GF:GUF GG:GGY GH:GHA GI:GIB GL:GRL
GM:GMB GN:GIN GP:GLP GQ:GNQ GR:GRC GS:SGS GT:GTM GU:GUM GW:GNB GY:GUY HK:HKG HM:HMD HN:HND HR:HRV
HT:HTI HU:HUN ID:IDN IE:IRL IL:ISR IM:IMN IN:IND IO:IOT IQ:IRQ IR:IRN IS:ISL IT:ITA JE:JEY JM:JAM
JO:JOR JP:JPN KE:KEN KG:KGZ KH:KHM KI:KIR KM:COM KN:KNA KP:PRK KR:KOR KW:KWT KY:CYM KZ:KAZ LA:LAO
LB:LBN LC:LCA LI:LIE LK:LKA LR:LBR LS:LSO LT:LTU LU:LUX LV:LVA LY:LBY MA:MAR MC:MCO MD:MDA ME:MNE
MF:MAF MG:MDG MH:MHL MK:MKD ML:MLI MM:MMR MN:MNG MO:MAC MP:MNP MQ:MTQ MR:MRT MS:MSR MT:MLT MU:MUS
MV:MDV MW:MWI MX:MEX MY:MYS MZ:MOZ NA:NAM NC:NCL NE:NER NF:NFK NG:NGA NI:NIC NL:NLD NO:NOR NP:NPL
NR:NRU NU:NIU NZ:NZL OM:OMN PA:PAN PE:PER PF:PYF PG:PNG PH:PHL PK:PAK PL:POL PM:SPM PN:PCN PR:PRI
PS:PSE PT:PRT PW:PLW PY:PRY QA:QAT RE:REU RO:ROU RS:SRB RU:RUS RW:RWA SA:SAU SB:SLB SC:SYC SD:SDN
SE:SWE SG:SGP SH:SHN SI:SVN SJ:SJM SK:SVK SL:SLE SM:SMR SN:SEN SO:SOM SR:SUR SS:SSD ST:STP SV:SLV
SX:SXM SY:SYR SZ:SWZ TC:TCA TD:TCD TF:ATF TG:TGO TH:THA TJ:TJK TK:TKL TL:TLS TM:TKM TN:TUN TO:TON
TR:TUR TT:TTO TV:TUV TW:TWN TZ:TZA UA:UKR UG:UGA UM:UMI US:USA UY:URY UZ:UZB VA:VAT VC:VCT VE:VEN
VG:VGB VI:VIR VN:VNM VU:VUT WF:WLF WS:WSM YE:YEM YT:MYT ZA:ZAF ZM:ZMB ZW:ZWE
"""
_ROWS = [row.split(" ", 1) for row in _TABLE.strip().splitlines()]

CODES = frozenset(code for code, _ in _ROWS)
"""Every assigned two-letter code."""

NAMES = {name: code for code, names in _ROWS for name in names.split("|")}
"""A folded name (lower case, no full stops) to its code."""

CODES_OF_THREE = {
    three: two for two, _, three in (p.partition(":") for p in _THREE_LETTERS.split())
}
"""A three-letter code to its code of two."""
