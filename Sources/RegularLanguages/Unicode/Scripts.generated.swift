// swift-format-ignore-file
// Generated from the Unicode Character Database 15.0 by `swift run masque-dev unicode-tables`. Do not edit.

enum ScriptTable {
  /// The scalars of a script, as an encoded set.
  static func ranges(named name: String) -> StaticString? {
    switch name {
    case "Adlm", "Adlam": return #"RauKRB(-(%"#
    case "Aghb", "Caucasian_Albanian": return #"rQKR*/$"#
    case "Ahom": return #"t]->&2(:"#
    case "Arab", "Arabic": return #"""
s*(%)%1%&%C%-/=%S5%ERGR&V3B%%*R@%@om:S<4Y&&RF&R,+$D3S:(%SPR{<BSH&mY@'%>%%%$&$%-%'%$%$*$($%$%$%&%%%$&$%$%$%$%$%\#
%%$&'%*%'%'%$%-%4)&%(%4R+%
"""#
    case "Armi", "Imperial_Aramaic": return #"rc19%,"#
    case "Armn", "Armenian": return #"n<I&R(&&pRC("#
    case "Avst", "Avestan": return #"rrNR,'*"#
    case "Bali", "Balinese": return #"Tc?RC'R%"#
    case "Bamu", "Bamum": return #"fSMRNic*]@"#
    case "Bass", "Bassa_Vah": return #"RQx$A&)"#
    case "Batk", "Batak": return #"TgKR*,'"#
    case "Beng", "Bengali": return #"RZ&'%+&%&9%*%$''&,&%&',$(%%(&<"#
    case "Bhks", "Bhaiksuki": return #"tyA,%P%1.@"#
    case "Bopo", "Bopomofo": return #"a>%Vv/NS:C"#
    case "Brah", "Brahmi": return #"sb5RD(G-$"#
    case "Brai", "Braille": return #"VS=VB"#
    case "Bugi", "Buginese": return #"T]M?&%"#
    case "Buhd", "Buhid": return #"S{07"#
    case "Cakm", "Chakma": return #"sh'R+%5"#
    case "Cans", "Canadian_Aboriginal": return #"ShG_-]8R<qk,3"#
    case "Cari", "Carian": return #"qp1R'"#
    case "Cham": return #"fg)R--1&-&'"#
    case "Cher", "Cherokee": return #"SfARL&)dW=RF"#
    case "Chrs", "Chorasmian": return #"s`??"#
    case "Copt", "Coptic", "Qaac": return #"g(1VVFS=)*"#
    case "Cpmn", "Cypro_Minoan": return #"waNS,"#
    case "Cprt", "Cypriot": return #"raK)&$%O%%'$&$"#
    case "Cyrl", "Cyrillic": return #"gFSN&TES{@,T?$RC$ST2C`Z(S)\T(%mjCR4E$"#
    case "Deva", "Devanagari": return #"RW-RG(2&=eWBC_c<-"#
    case "Diak", "Dives_Akuru": return #"th>*&$&+%%%A%%&/--"#
    case "Dogr", "Dogra": return #"tbLR2"#
    case "Dsrt", "Deseret": return #"qx)RF"#
    case "Dupl", "Duployan": return #"R\VKS4)0',+-&'"#
    case "Egyp", "Egyptian_Hieroglyphs": return #"wd7iA"#
    case "Elba", "Elbasan": return #"q}HK"#
    case "Elym", "Elymaic": return #"saB:"#
    case "Ethi", "Ethiopic": return #"""
S]6R?%'&*%$%'&L%'&D%'&*%$%'&2%R/%'&R9&C'=T]3:-*%*%*%*%*%*%*%*`uK)&)&)-*%*yR@*%'%%%2
"""#
    case "Geor", "Georgian": return #"SU>I%$)$&N%'ReGN&&SS8I%$)$"#
    case "Glag", "Glagolitic": return #"Vj2S)R[T.*%4&*%%%("#
    case "Gong", "Gunjala_Gondi": return #"uT9)%%%H%%%)+-"#
    case "Gonm", "Masaram_Gondi": return #"uR3*%%%O'$%%%,,-"#
    case "Goth", "Gothic": return #"qs:>"#
    case "Gran", "Grantha": return #"ss8'%+&%&9%*%%%(&,&%&&&$*$)*&*'("#
    case "Grek", "Greek": return #"""
d='%&&'%$($%$%&%$%7%R523TY'(R)(((RK$X)9&)&I&)&+%$%$%$%B&R+%2%1&)%6&&%,W=$bf8$[w6RE5$k`6R<
"""#
    case "Gujr", "Gujarati": return #"R_F&%,%&%9%*%%%(&-%&%&&$3'&/+*"#
    case "Guru", "Gurmukhi": return #"R\M&%)(%&9%*%%%%%%&$%((%&&'$+'%$+4"#
    case "Hang", "Hangul": return #"SWDVBTuC%VDS'S;BR8B`R1@_1Vh/0:(R'VQ;B')&)&)&&"#
    case "Hani", "Han": return #"""
Vx<=%RO0UER&$%$=,2'f7T\9R7[a9\\2Y)&S3_tG%0%cZ;fU2DSS1*UM&Sw%2Tp&RhO]%r9SdE)ST*
"""#
    case "Hano", "Hanunoo": return #"Sz=8"#
    case "Hatr", "Hatran": return #"rfJ6%%)("#
    case "Hebr", "Hebrew": return #"pBR-,>()o}B=%(%$%%%%%-"#
    case "Hira", "Hiragana": return #"WU;RL*&RTf$W46$A&YXN$"#
    case "Hluw", "Anatolian_Hieroglyphs": return #"y|-]N"#
    case "Hmng", "Pahawh_Hmong": return #"RQy'R<.-%*%8)6"#
    case "Hmnp", "Nyiakeng_Puachue_Hmong": return #"R`u4P'1&-(%"#
    case "Hung", "Old_Hungarian": return #"r{9R)1R)+)"#
    case "Ital", "Old_Italic": return #"qr7G-&"#
    case "Java", "Javanese": return #"fd0RD&-(%"#
    case "Kali", "Kayah_Li": return #"fa7R$%$"#
    case "Kana", "Katakana": return #"WWARP&&V33U@R%%RNjtJ-%Pg^''%*%%%$W5&R)$2'"#
    case "Kawi": return #"u]D4%L'?"#
    case "Khar", "Kharoshthi": return #"rm/'%%)+%&%@&&(-+,"#
    case "Khmr", "Khmer": return #"S|CS'&-*-[HC"#
    case "Khoj", "Khojki": return #"smF5%R%"#
    case "Kits", "Khitan_Small_Script": return #"RRgL$Td-[7"#
    case "Knda", "Kannada": return #"Rk)0%&%:%-%(&,%&%'+%*%%'&-%&"#
    case "Kthi", "Kaithi": return #"se.R9.$"#
    case "Lana", "Tai_Tham": return #"T^@R5%@&.*-*1"#
    case "Laoo", "Lao": return #"Rv;%%$%(%;%$%:&(%$%*%-&'"#
    case "Latn", "Latin": return #"""
R8=*=R&$3$):%B%ZOK(T^;I*R')')0%R<R8VBY-$1$40T*%*$?$5LRaBC`gAS/'R6)%%$%(<1c*N%,%'[SF*h3=*=RR3)%M%,lZAB*)
"""#
    case "Lepc", "Lepcha": return #"Ti1R.'2'&"#
    case "Limb", "Limbu": return #"TX.B%/(/($'/"#
    case "Lina", "Linear_A": return #"rV:WL-9.+"#
    case "Linb", "Linear_B": return #"qa4/%=%6%%%2&1FSD"#
    case "Lisu": return #"ev?R&`gO$"#
    case "Lyci", "Lycian": return #"qo>@"#
    case "Lydi", "Lydian": return #"rh0=)$"#
    case "Mahj", "Mahajani": return #"siJJ"#
    case "Maka", "Makasar": return #"u]$<"#
    case "Mand", "Mandaic": return #"RRN?&$"#
    case "Mani", "Manichaean": return #"rq;J(/"#
    case "Marc", "Marchen": return #"t|*C&9%1"#
    case "Medf", "Medefaidrin": return #"RR^=S$"#
    case "Mend", "Mende_Kikakui": return #"Rap,U4&3"#
    case "Merc", "Meroitic_Cursive": return #"rk);(7&R$"#
    case "Mero", "Meroitic_Hieroglyphs": return #"rj6C"#
    case "Mlym", "Malayalam": return #"RmO0%&%R)%&%)(3&="#
    case "Modi": return #"tW;R;/-"#
    case "Mong", "Mongolian": return #"TR<%&$%7*RO+NqT20"#
    case "Mroo", "Mro": return #"RQtHB%-(%"#
    case "Mtei", "Meetei_Mayek": return #"fl(:U9R$&-"#
    case "Mult", "Multani": return #"sp?*%$%'%2%."#
    case "Mymr", "Myanmar": return #"SR%T<daIBS+C"#
    case "Nagm", "Nag_Mundari": return #"Ra^&M"#
    case "Nand", "Nandinagari": return #"tl*+&R$&."#
    case "Narb", "Old_North_Arabian": return #"rp(C"#
    case "Nbat", "Nabataean": return #"rdDB,,"#
    case "Newa": return #"sy*S%%("#
    case "Nkoo", "Nko": return #"}(R1&&"#
    case "Nshu", "Nushu": return #"RRgI$Y]NYG"#
    case "Ogam", "Ogham": return #"Sw$@"#
    case "Olck", "Ol_Chiki": return #"Tk'R&"#
    case "Orkh", "Old_Turkic": return #"rx@R?"#
    case "Orya", "Oriya": return #"Rb?&%+&%&9%*%%%(&,&%&&+&(%%(&5"#
    case "Osge", "Osage": return #"q|%G(G"#
    case "Osma", "Osmanya": return #"qzOA&-"#
    case "Ougr", "Old_Uyghur": return #"s_,="#
    case "Palm", "Palmyrene": return #"rd$C"#
    case "Pauc", "Pau_Cin_Hau": return #"tr<R/"#
    case "Perm", "Old_Permic": return #"qt-N"#
    case "Phag", "Phags_Pa": return #"f]+R."#
    case "Phli", "Inscriptional_Pahlavi": return #"ru'6)+"#
    case "Phlp", "Psalter_Pahlavi": return #"ruG5+'0*"#
    case "Phnx", "Phoenician": return #"rg=?'$"#
    case "Plrd", "Miao": return #"RRbIRA(R/+4"#
    case "Prti", "Inscriptional_Parthian": return #"rt49&+"#
    case "Rjng", "Rejang": return #"fb:G/$"#
    case "Rohg", "Hanifi_Rohingya": return #"sQ2K,-"#
    case "Runr", "Runic": return #"SwDRA'."#
    case "Samr", "Samaritan": return #"RQ;R$&2"#
    case "Sarb", "Old_South_Arabian": return #"ro5C"#
    case "Saur", "Saurashtra": return #"f^>R<,/"#
    case "Sgnw", "SignWriting": return #"R_o+_93(%2"#
    case "Shaw", "Shavian": return #"qyLR&"#
    case "Shrd", "Sharada": return #"sjMS)"#
    case "Sidd", "Siddham": return #"tTBR,&I"#
    case "Sind", "Khudawadi": return #"sqBR1)-"#
    case "Sinh", "Sinhala": return #"RpI&%5';%,%$&*'$()%$%+*-&&qwB7"#
    case "Sogd", "Sogdian": return #"s]FM"#
    case "Sogo", "Old_Sogdian": return #"s\CK"#
    case "Sora", "Sora_Sompeng": return #"sg$<+-"#
    case "Soyo", "Soyombo": return #"tp&RI"#
    case "Sund", "Sundanese": return #"Tf8R6VC+"#
    case "Sylo", "Syloti_Nagri": return #"f[EP"#
    case "Syrc", "Syriac": return #"xI1%R2&&W&."#
    case "Tagb", "Tagbanwa": return #"S{P0%&%%"#
    case "Takr", "Takri": return #"tZ4R0*-"#
    case "Tale", "Tai_Le": return #"TZ$A&("#
    case "Talu", "New_Tai_Lue": return #"T['O(=*.'%"#
    case "Taml", "Tamil": return #"Re9%%)'&%''%%$%%'%'&'/(('&%'&$*$28swIR(1$"#
    case "Tang", "Tangut": return #"RRgH$CTR3,b&\5,"#
    case "Tavt", "Tai_Viet": return #"fiOR9<("#
    case "Telu", "Telugu": return #"Rh00%&%:%3&,%&%'+%%&&$&'&-+,"#
    case "Tfng", "Tifinagh": return #"Vq'R.+%2$"#
    case "Tglg", "Tagalog": return #"SyJ9-$"#
    case "Thaa", "Thaana": return #"{BR("#
    case "Thai": return #"RsBR0)?"#
    case "Tibt", "Tibetan": return #"Ry3R>%G(J%G%2%*(%"#
    case "Tirh", "Tirhuta": return #"s{PR>,-"#
    case "Tnsa", "Tangsa": return #"RQuKRE%-"#
    case "Toto": return #"RaQ/B"#
    case "Ugar", "Ugaritic": return #"qu0A%$"#
    case "Vaii", "Vai": return #"ewBWA"#
    case "Vith", "Vithkuqi": return #"rS1.%2%*%%%.%2%*%%"#
    case "Wara", "Warang_Citi": return #"tf8RI0$"#
    case "Wcho", "Wancho": return #"RaR2R0)$"#
    case "Xpeo", "Old_Persian": return #"quPG(1"#
    case "Xsux", "Cuneiform": return #"uc6e9S0S8%(/U3"#
    case "Yezi", "Yezidi": return #"sYJM%&&%"#
    case "Yiii", "Yi": return #"e[.jK'R-"#
    case "Zanb", "Zanabazar_Square": return #"tn0R>"#
    case "Zinh", "Inherited", "Qaai": return #"""
b'S9W+%[&.>$a4'SYEB\6&%0%*($*$'%U6R6\A%U2DRz?'S5%j|9341fB$V%$ST%$hr,R$&:](&5+&*B'Ys`9V2
"""#
    case "Zyyy", "Common": return #"""
$R7>)>R%%2%(;$C$ZPJ)(&7S>$-$*$%$_+$*$2$'$D$T9$\9$SK%l>$Z$'W8$rF&R>%U;%%$l2$1$+'%)%&&$b,/&RM%.'.%25DR6I%&&)%>%4\#
M&(_D=.9e?VC^N&C%S2\5S'YN/((%$%<3+('S%%'$S$%T03DGR3R6CRGR&$ROTDT\:R6\\2ES0&TB-V7$T=$YG$2%[`9%U@-:F%6%'T0$%C>)>\#
..$R$%R7*%*.(VE&(P',RG0R*PV'>hf('Sa.S=R3V8.J&R4'4,%+A(R3UE7070RM-<T$RK%R=%%&$&%&'%/%$%*%R7%'&+%*%?%'%(%$'*%X<&\#
W9&R(Sk1R:RCR3`CO(S-02&2%2%H.TJR/=%%1O(,+%2)T7fJ(4'0'S@(S(*/($3/(R.,-*K,A&%REX<01&0',+R$%*,1(,+,+T/%R-I-Ymx,$B\#
S)
"""#
    case "Zzzz", "Unknown": return #"""
dE%*'+$%$8$YI$J%R)%'$R.+?'*.W$$R3%S/1R2%R(%3$@%%$/(C$&)V/$,%&%:$+$%&(%-%&%(+%'&$)%=%'$*'&%:$+$&$&$&%%$)'&%'&%*\#
($%*5-'$-$'$:$+$&$)%.$'$'%%2(%0*+$'$,%&%:$+$&$)%-%&%'*''&$)%6-&$*&'$(&&$%$&&&&'&0')&'$(%%)%19(1$'$;$4%-$'$(*&$\#
'%%%(%.*:$'$;$.$)%-$'$(*&)&$(%.$'/1$'$R*$'$*'4%>$'$6&<$-$%%+&%'*$%$,).%'/R1'AH&$%$)$<$%$;%)$%$+$.%(CR?$H'K$H$3\#
$1HU6$%(%%Y5$(%+$%$(%M$(%E$(%+$%$(%3$R0$(%R:%D&>)RM%*%_K&RP*:,<,8/1$'$&/S(%.).)>)RP*O(R=-C$0'0'%&N%).P'>)/&R5%\#
R8$A%/).)2%CR'RD&R&$S>+R3&3&R3*O%/+O(\K%*%J%*%,$%$%$%$C%R,$3$2%*$7%'$-$S/$0%?$1&E2E2T)'_E</8y0%D$XF(R$$%(%%R/*\#
&1<,+$+$+$+$+$+$+$+$SHE>$RP/UF=0'R7$RM%S1(O$S($RK/R&$_eO&R.,XE7U(+U;(&$%$);R2&.)R/+R=+0)S>.B&RE$/'E$R.,2%.%S1;\#
@-*%*%*,+$+$R3'SH%.)Vh0/;'R('RQ;TX-Y*%S4I+/)(>$)$%$&$&$SG3ZL%R-*%CN)R*$7$(')$T$%%$U.&*%*%*%'&+$+-)%0$>$7$&$3%2\#
ESE(''R$&RO$1&%R%R%SKA&R(2@'H,B(O(B$I'2MT;%.)H'H'L+R+.0$3$+$&$/$3$+$&R9WM,:-,;*$N$-R;*%%$P$&&%%;$R?+-R&7$&(E&?\#
(%R6R/'8%R)$&(,$'$A%''.*-*R7CK'0,R-&A%?(>*(/+RFR@R-R*0R**R%+.W;C$N$'%&RAO+N9>I@7;,RE'H,R;-%%=*.)R,$6+K,S*$8.6$\#
R&R4+$%$($3$/)R2(.)($,%&%:$+$&$)$.%&%'%%)%(+%+&)T'S&$)AR?+.TBR-%JER<..)16R1).R,?%3';U(R3S-RJ/,%%%,$&$B$&%0,.R<\#
,%R%%/>R?+RJ0R@*.V8-$R$$2-A&D%:$2R?+$&$P&%$&$-+.)*$&$I$&$**.WK=*5$M&@RL%2R)0e;S/S9$).U4R^=S-0iBR}(]OU\I]A*C$.'\#
RH$.)B%*-R=-.$+$9(7`0S%S.RB'R0*5R6).&1TR4+l;M-Uc<($+$&$W92%@'%%1(+YHRW0S5(1&-*.%,S_7R%%;,S>R2V9-K%U28R=SC8/8/R\#
N,=SPRL$R>$&%%%&%($0$%$+$R8$(%,$+$@$($)$%&+$X=%W:%`?2)$3i;C)*UD+$5%+$&$)(R5D%S9R$&2%.'&X(C4R1(%[1Na9+$($&$3$U5\#
%4LRC'.'&b7R;RBR4U1($?$&$%%%$.$($%$%)%'%$%$%$'$&$%%%$%$%$%$%$&$%%($+$($($%$.$5('$)$5R*&VPP'S./3%3$3$I-TKR.A0P'\#
-*&1*T6fK'5&1&SA'S))0'%20'R/+.)L+B%&RDX=/2%1&-*R%$++2'-*-*T0$R.H.gKfU3CSS2)UN%Sw&1Tp'RhN]&r8SdF(ST+XufL%AS*SIV\#
3SWw%
"""#
    default: return nil
    }
  }

  /// The scalars whose Script_Extensions hold a script, where these are not just the scalars of the script.
  static func extendedRanges(named name: String) -> StaticString? {
    switch name {
    case "Adlm", "Adlam": return #"sI$D$RaR1RB(-(%"#
    case "Arab", "Arabic": return #"""
s*(%UF%ERGR&V3B%%*R@%@om:S<4ZK&R,+$D3S:(%SPg)?RdHBSH&mY@'%>%%%$&$%-%'%$%$*$($%$%$%&%%%$&$%$%$%$%$%%%$&'%*%'%'%\#
$%-%4)&%(%4R+%
"""#
    case "Beng", "Bengali": return #"RY$%5%>'%+&%&9%*%$''&,&%&',$(%%(&<Sb&$%$&%%$,$,$&$($&&bp1$"#
    case "Bopo", "Bopomofo": return #"a>%Vp9&(-%0.'&$*$U3$-NS:Cjw:%W0("#
    case "Bugi", "Buginese": return #"T]M?&%cX6$"#
    case "Buhd", "Buhid": return #"S{%%-7"#
    case "Cakm", "Chakma": return #"R\2-tM-qe6R+%5"#
    case "Copt", "Coptic", "Qaac": return #"g(1VVFS=)*lRD?"#
    case "Cpmn", "Cypro_Minoan": return #"qg&%VxJS,"#
    case "Cprt", "Cypriot": return #"qg&&(P',w6)&$%O%%'$&$"#
    case "Cyrl", "Cyrillic": return #"gFWES{@,T?$RC$SI$SQ9CR:$`X>S)\T(%mjCR4E$"#
    case "Deva", "Devanagari": return #"RW-RI&NSdKJ%%g<$bU6-TCC_c<-"#
    case "Dogr", "Dogra": return #"RY7/eT)-_VKR2"#
    case "Dupl", "Duployan": return #"R\VKS4)0',+-&+"#
    case "Geor", "Georgian": return #"SU>I%$)$&R&ReGN&&SS8I%$)$"#
    case "Glag", "Glagolitic": return #"jC$&$U}<S)[E$`Y@$xmI*%4&*%%%("#
    case "Gong", "Gunjala_Gondi": return #"RY7%sy$)%%%H%%%)+-"#
    case "Gonm", "Masaram_Gondi": return #"RY7%svK*%%%O'$%%%,,-"#
    case "Gran", "Grantha": return #"RY$%5%_.1SVM$%%B&'%g<$ol&'%+&%&9%*%%%(%-&%&&&$*$)*&*'(Rj1%%$"#
    case "Grek", "Greek": return #"""
c<$&$N'%&&'%$($%$%&%$%7%R523TY'(R)(((RK&X'9&)&I&)&+%$%$%$%B&R+%2%1&)%6&&%,W=$bf8$[w6RE5$k`6R<
"""#
    case "Gujr", "Gujarati": return #"RY$%5%W1&%,%&%9%*%%%(&-%&%&&$3'&/+*dx.-"#
    case "Guru", "Gurmukhi": return #"RY$%5%T8&%)(%&9%*%%%%%%&$%((%&&'$+'%$+4d{0-"#
    case "Hang", "Hangul": return #"""
SWDVBTtC&(-%02&*$U3$R,S'S;BR8B`R1@_1Vh/0:(R'UvH%W0(R1B')&)&)&&
"""#
    case "Hani", "Han": return #"""
Vx<=%RO0UEO&%0%0%0&$*,U+$T13DGR3KR/R'3/R*$RO<.(S*B%T\9R7[a9xI+[a2Y)&S3d8%W0(_ZM%0%]jA5Ty?%RqIfU2DSS1*UM&Sw%2Tp\#
&RhO]%r9SdE)ST*
"""#
    case "Hano", "Hanunoo": return #"Sz=:"#
    case "Hira", "Hiragana": return #"WT(&(-%04)%$(%'RL&+S$%j{I%W0(.$R$%g^6W46$A&YXN$"#
    case "Java", "Javanese": return #"fd0RD%.(%"#
    case "Kali", "Kayah_Li": return #"fa7R&"#
    case "Kana", "Katakana": return #"WT(&(-%04)%$(%S%''S)V33U@R%%RNjn7%W0R5g^%'%*%%%$W5&R)$2'"#
    case "Khoj", "Khojki": return #"Rb$-dx>-^aE5%R%"#
    case "Knda", "Kannada": return #"RY$%5%bA0%&%:%-%(&,%&%'+%*%%'&-%&SQ.$%$+$;$%$bl')"#
    case "Kthi", "Kaithi": return #"RY9-eT)-^Y-R9.$"#
    case "Latn", "Latin": return #"""
R8=*=R&$3$):%B%ZOK(SH0W+%l/%|=$Rh4I*R')')0%R<R8VBWE$R8$1$40RJ$R0%*$?$5LRaBC`fL+>S/'R6)%%$%(<1WD$\6N%,%'[SF*h3=\#
*=RR3)%M%,lZAB*)
"""#
    case "Limb", "Limbu": return #"RY8$R|FB%/(/($'/"#
    case "Lina", "Linear_A": return #"qg-Pl1WL-9.+"#
    case "Linb", "Linear_B": return #"qa4/%=%6%%%2&1FSD)&(P',"#
    case "Mahj", "Mahajani": return #"RY7/eT)-^]IJ"#
    case "Mand", "Mandaic": return #"t=$\4?&$"#
    case "Mani", "Manichaean": return #"t=$qzNJ(/"#
    case "Mlym", "Malayalam": return #"RY$%5%e:0%&%R)%&%)(3&=R{3$blA&"#
    case "Modi": return #"f\H-^x:R;/-"#
    case "Mong", "Mongolian": return #"TR<=*RO+N{F$pV<0"#
    case "Mult", "Multani": return #"R_+-rb.*%$%'%2%."#
    case "Mymr", "Myanmar": return #"SR%T<d]K$TNBS+C"#
    case "Nand", "Nandinagari": return #"RY7%dM-SQK$,$+$bkN)_`-+&R$&."#
    case "Nkoo", "Nko": return #"s6$2$'$Z/R1&&pQ+%"#
    case "Orya", "Oriya": return #"RY$%5%Z*&%+&%&9%*%%%(&,&%&&+&(%%(&5SYL$;$"#
    case "Ougr", "Old_Uyghur": return #"t=$q|&$j<="#
    case "Perm", "Old_Permic": return #"jB$qZ;N"#
    case "Phag", "Phags_Pa": return #"TR>%%$c[:R."#
    case "Phlp", "Psalter_Pahlavi": return #"t=$rR-5+'0*"#
    case "Rohg", "Hanifi_Rohingya": return #"s6$2$'$D$T0$rW8K,-"#
    case "Shrd", "Sharada": return #"RY$$Sf&$%$&%&$oz@S)"#
    case "Sind", "Khudawadi": return #"RY7%eT3-^eAR1)-"#
    case "Sinh", "Sinhala": return #"RY7%h4&%5';%,%$&*'$()%$%+*-&&qwB7"#
    case "Sogd", "Sogdian": return #"t=$rg,M"#
    case "Sylo", "Syloti_Nagri": return #"RY7%SJ-d}-P"#
    case "Syrc", "Syriac": return #"s6$2%&$D$..>$T,1%R2&&W&.Sq?$%$"#
    case "Tagb", "Tagbanwa": return #"S{%%M0%&%%"#
    case "Takr", "Takri": return #"RY7%eT3-^{3R0*-"#
    case "Tale", "Tai_Le": return #"SS8-RW3A&("#
    case "Taml", "Tamil": return #"""
RY$%5%]$%%)'&%''%%$%%'%'&'/(('&%'&$*$28SVP$bpP$^c2$%$R.%Rk,R(1$
"""#
    case "Telu", "Telugu": return #"RY$%5%_H0%&%:%3&,%&%'+%%&&$&'&-+,ST%$;$"#
    case "Tglg", "Tagalog": return #"SyJ9-$9%"#
    case "Thaa", "Thaana": return #"s6$2%&$R7-W,R(pVL$.$"#
    case "Tirh", "Tirhuta": return #"RY$%5%Sf-$bl)-^oOR>,-"#
    case "Yezi", "Yezidi": return #"s6$2$'$R7-rb4M%&&%"#
    case "Yiii", "Yi": return #"WT(%)-&+UO$_R=jK'R-\e7("#
    case "Zinh", "Inherited", "Qaai": return #"b'R8%%%@rG%SYEBaGR,%$%(\A%U2Cl{?341fB$jz0R$&:](&5+&*B'Ys`9V2"#
    case "Zyyy", "Common": return #"""
$R7>)>R%%2%(;$C$ZPJ)(&7S>$-$*$%$_+$UG$\9$o:$Z$'y.&RW?/&D%R+%.'.%25DR6I%&&)%>%4M&(_D=.9e?VC^N&C%S2\5R9%=YN/($'$\#
1$1$9$\F;C$R(20'T>-)S)C$T\:R6\\:=S0&fC$2%[e*-:8&/%6%'T0$%C>)>)SI*%*.(YN0R*Pj|'S=R3V8.J&R4'4,%+A(R3UE7070RM?*T$\#
RK%R=%%&$&%&'%/%$%*%R7%'&+%*%?%'%(%$'*%X<&W9&R(Sk1R:RCR3`CO(S-02&2%2%H.TJR/=%%1O(,;)T7fJ(4'0'S@(S(*/($3/(R.,-*\#
K,A&%REX<01&0',+R$%*,1(,+,+T/%R-I-Ymx,$BS)
"""#
    default: return nil
    }
  }
}
