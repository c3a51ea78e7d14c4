"""Word lists for masking: surnames, titles, and names that are also everyday words."""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


ZH_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾"
    "丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱"
    "汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳"
    "齐梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁"
    "隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边净阴闫佘冷都简饶古米闻肖付代"
)
"""Surnames of one character that cover nearly everybody."""

ZH_DOUBLE_SURNAMES = _set(
    "欧阳 上官 司马 诸葛 司徒 东方 独孤 南宫 夏侯 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 轩辕 端木 百里"
    " 呼延 东郭 南门 西门 申屠 公冶 太史 淳于 单于 澹台 钟离 闻人 赫连 濮阳 第五 公羊 万俟 闾丘"
)

ZH_SURNAMES_IN_WORDS = frozenset(
    "高方于何和安向时常万白黄金马车江成文武强华关管左石龙雷田任程段施温单包查位解盛童路谷简古米"
    "付代冷阴边房钱常严毛康夏石平齐曾季章申景阳甘向项易都华祝费全水水余许连连"
)
"""Surnames that are everyday characters; a hit must not lie inside a longer word."""

ZH_TITLES = [
    "总经理",
    "副总经理",
    "副总裁",
    "总监",
    "经理",
    "主管",
    "主任",
    "董事长",
    "董事",
    "副总",
    "总裁",
    "部长",
    "组长",
    "科长",
    "处长",
    "局长",
    "院长",
    "校长",
    "所长",
    "班长",
    "队长",
    "厂长",
    "店长",
    "行长",
    "站长",
    "厅长",
    "书记",
    "博士",
    "教授",
    "医生",
    "医师",
    "大夫",
    "护士",
    "先生",
    "女士",
    "小姐",
    "太太",
    "同学",
    "同事",
    "同志",
    "师傅",
    "老师",
    "助理",
    "秘书",
    "律师",
    "会计",
    "工程师",
    "设计师",
    "架构师",
    "顾问",
    "老板",
    "老总",
    "领导",
    "师兄",
    "师姐",
    "哥",
    "姐",
    "总",
    "工",
    "董",
]
"""Titles that follow a surname, as 王经理, 李总, 张工."""

ZH_GENDERED = frozenset({"先生", "女士", "小姐", "太太", "哥", "姐", "师兄", "师姐"})
"""Titles that tell the gender; they are masked with the name."""

ZH_TITLE_BREAKS = {
    "总": "是结体计量数部共额分会之算成裁监经能归要的要会",
    "工": "作资程具序业厂人期时艺地会友龄夫种伤单商整",
    "哥": "伦",
    "姐": "妹",
    "董": "事",
    "领导": "力",
    "主任": "务",
}
"""Characters after a title that make another word of it."""

ZH_NAMES_IN_WORDS = _set(
    "高兴 马上 文静 文明 安静 和平 方便 温柔 万一 黄金 白天 周末 高峰 明白 于是 任何 严格 "
    "常常 应该 成功 成长 高效 严谨 安全 周期 周全 周到 程序 江山 石头 田野 金额 方向 方法 "
    "方案 常规 常务 时间 向上 向前 高明 高升 高超 高手 高度 高级 明天 明亮 明确 文化 文章 "
    "文件 建设 国庆 国际 胜利 光明 阳光 晨光 希望 进步 努力 认真 勇敢 坚强 优秀 卓越 "
    "聪明 智慧 团结 奋斗 开心 快乐 美丽 漂亮 温馨 平安 健康 幸福 长期 春天 夏天 秋天 "
    "冬天 海洋 天空 宝贝 思想 思维 思路 创新 创业 发展 领先 永远 可可 可以 可能 一一 一帆 "
    "佳绩 佳作 美好 真诚 诚实 诚信 志愿 志气 志向 学习 学术 学文 会心 用心 全心 专心 细心 "
    "耐心 贴心 安心 放心 "
)
"""Names, full or given, that are mostly met as words."""

ZH_AFTER_PERSON = frozenset(
    "同先女老师经主总的在是本表现负完对工能，,。、：:；;也和与跟今去上这"
    "一作为非很十直积及已将曾需应还会"
)
ZH_BEFORE_PERSON = "和与跟由对向给被让请是同及、，,。：:；;！!？? \n“”「」（(员工理事"

EN_TITLES = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Madam)"

EN_WORDS = _set(
    "ace amber an angel april art at august austin autumn baker ball banks baron bass be bean "
    "bell best big bill bird bishop black blaze bob bond book booth bow box branch bridge bright "
    "brook brooks brown buck bush butler camp candy cannon carol carolina carry carter case cash "
    "castle chan chance charity chase chelsea cherry china chip christian chuck church clay cliff "
    "cody cole colt constance cook count cross crystal curt daisy dakota dale dash dawn day days "
    "dean destiny dick do don dove drake drew duke dusty earl early earnest east echo england "
    "english ernest eve fair faith field fields fish fisher florence flowers ford forest forrest "
    "fox france frank french frost gale gates gay gene german ginger glass glen gold golden good "
    "gore grace grant grave graves gray green grey gunner guy hall hand hands hank hardy harmony "
    "hart hazel he head heath heather heaven herb high hill holland holly honey hood hope horn "
    "house hunt hunter ice in india iris irish israel ivy jack jade jay jewel jobs joiner jordan "
    "jot journey joy judge june justice keen key keys kind king knight lake lamb land lane lark "
    "laurel law lawson lee legend less li liberty light lily lincoln lion little lock london long "
    "lord love low lyric mack major mark marry marsh martin mason master max may melody memory "
    "mercy merit merry miles mills misty moody moon more my new night no noble norm north nova "
    "ocean old olive on or pace page paige paint palmer paris park parks pat patience peace peak "
    "pearl peg penny pierce piper pond pool pope poppy porter post potter power powers price "
    "prince prudence queen rain rains ray reason reed reign remedy rice rich ring rivers road rob "
    "robin rock rocky rod root rose royal ruby rush rusty sage saint salt sample sandy savage "
    "school scott seal sells serenity sharp she shepherd ship shore short sid silver sing singer "
    "skip sky small snow so son song south speed spring star steel sterling stern stew still "
    "stock stone storm stormy street strong sue summer sun swan sweet swift table tad tailor "
    "temple tim to town trace trainer tree trinity trip tripp true tuck tucker turner ty unique "
    "val vale valor van vance violet wade wall ward warren washington waters way we webb week "
    "weeks wells welsh wes west white wild wilder will winner winter winters wise wish wolf wood "
    "woods woody word work works world worth wright yard you young "
)
"""Names that are also everyday words, months, places or peoples."""

EN_MONTHS = _set("april may june august jan")

EN_FIRST_NAMES = _set(
    "aaron abigail adam ahmed alan albert alexander alexis ali alice amanda amber amy ana andrea "
    "andrew angela anil ann anna anthony arthur ashley austin barbara benjamin betty beverly "
    "billy bobby bradley brandon brenda brian brittany bruce bryan carl carlos carol carolyn "
    "catherine charles charlotte cheryl christian christina christine christopher cynthia daniel "
    "danielle david deborah debra denise dennis diana diane donald donna doris dorothy douglas "
    "dylan edward elijah elizabeth emily emma eric ethan eugene evelyn fatima frances frank "
    "gabriel gary george gerald giulia gloria grace gregory hannah hans harold heather helen "
    "henry hiro igor isabella ivan jack jacob jacqueline james janet janice jason jean jeffrey "
    "jennifer jeremy jerry jesse jessica jin joan joe john jonathan jordan jose joseph joshua "
    "joyce juan judith judy julia julie justin jürgen karen katherine kathleen kathryn kayla "
    "keith kelly kenji kenneth kevin kimberly klaus kyle larry lars laura lauren lawrence li "
    "linda lisa logan lori luc luis madison marco margaret maria marie marilyn mark martha mary "
    "mason matthew megan melissa michael michelle min ming mohammed nancy natalie nathan nicholas "
    "nicole noah olga olivia pamela patricia patrick paul pedro peter philip pierre priya rachel "
    "raj ralph randy raymond rebecca richard robert roger ronald roy russell ruth ryan samantha "
    "samuel sandra sanjay sara sarah scott sean sharon shirley sofia sophia stephanie stephen "
    "steven susan sven teresa terry theresa thomas timothy tyler victoria vincent walter wayne "
    "wei william willie yuki zachary "
)
"""Frequent given names: evidence that a column holds names of people."""

EN_NO_PERSON = _set(
    "admin administrator analyst anonymous assistant associate board branch chief committee "
    "company consultant customer department director division engineer executive finance general "
    "group head hr human inc junior lead llc ltd manager marketing none null office officer "
    "operations other president product quality region research resources sales senior service "
    "services specialist staff store supervisor support system team technology test unit unknown "
    "user various vice "
)
"""Words of jobs and departments that are no part of a person's name."""

ZH_NO_PERSON = re.compile(
    "(?:部|组|科|室|处|队|中心|公司|经理|总监|主管|员|司|店|厂|院|区|省|市|县|站|行|局|线|岗|级|班)$"
)
"""Ends of departments, jobs and places."""
