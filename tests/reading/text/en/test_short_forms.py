"""Short forms that are words or names too, and where a sentence ends behind one."""

from __future__ import annotations

import pytest

from indextts.reading.text.normalise import normalise_line, speak


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("MSG got such a bad rep.", ["MSG got such a bad rep."]),
        ("It began on 21 April. Snow fell.", ["It began on the twenty first of April.", "Snow fell."]),
        ("It was due on 2 Dec. We waited.", ["It was due on the second of December.", "We waited."]),
        ("We eat at 7 p.m. Bring wine.", ["We eat at seven PM.", "Bring wine."]),
        ("It shuts at 6:45 a.m. on Monday.", ["It shuts at six forty five AM on Monday."]),
        ("“Come at 8 p.m.”", ["“Come at eight PM.”"]),
        ("She is our union rep. She works hard.", ["She is our union rep.", "She works hard."]),
        ("Do one more rep. Then rest.", ["Do one more rep.", "Then rest."]),
        ("He was my favourite prof. I like him.", ["He was my favourite prof.", "I like him."]),
        ("He ate a fig. Then he slept.", ["He ate a fig.", "Then he slept."]),
        ("He revved it to a full rev. Nobody moved.", ["He revved it to a full rev.", "Nobody moved."]),
        ("They asked the gov. Nobody knew.", ["They asked the gov.", "Nobody knew."]),
        ("This is my wife, Jan. She is a nurse.", ["This is my wife, Jan.", "She is a nurse."]),
        ("I talked to Jan.", ["I talked to Jan."]),
        ("It took 5 ms. Then it ended.", ["It took five milliseconds.", "Then it ended."]),
        ("Latency fell to 45 ms.", ["Latency fell to forty five milliseconds."]),
        ("“Hello,” said Jan. “Come in.”", ["“Hello,” said Jan.", "“Come in.”"]),
        ("he told Jan. Then he left.", ["he told Jan.", "Then he left."]),
        ("He smiled at Jan. He had a plan.", ["He smiled at Jan.", "He had a plan."]),
        (
            "“I've been up since four, Jan.” He put the kettle on.",
            ["“I've been up since four, Jan.”", "He put the kettle on."],
        ),
        (
            "Rents rose 8.7% in the 12 months to Oct. The average is £1,307.",
            [
                "Rents rose eight point seven percent in the twelve months to October.",
                "The average is one thousand three hundred and seven pounds.",
            ],
        ),
        (
            "Rents rose in the year to Jan. The average fell.",
            ["Rents rose in the year to January.", "The average fell."],
        ),
        ("We met in Jan. She was tired.", ["We met in January.", "She was tired."]),
        ("Oxford St. Get off there.", ["Oxford street.", "Get off there."]),
        ("Main St. It is closed.", ["Main street.", "It is closed."]),
        ("He walked down Peter St. Nobody saw him.", ["He walked down Peter street.", "Nobody saw him."]),
        ("The Wall St. Journal said so.", ["The Wall street Journal said so."]),
        (
            "Rep. Green spoke. Prof. Snow wrote. Gov. Moore left.",
            ["representative Green spoke.", "professor Snow wrote.", "governor Moore left."],
        ),
        ("In Jan. sales fell.", ["In January sales fell."]),
        ("See fig. 3 and Fig. A.", ["See figure three and figure A."]),
        ("I met with prof. Smith today.", ["I met with professor Smith today."]),
        ("Rev. Martin Luther King Jr. spoke.", ["reverend Martin Luther King junior spoke."]),
        ("The Hon. Paul Brown and Rev. Will Young came.", ["The honorable Paul Brown and reverend Will Young came."]),
        ("Jan. 5 is fine. On 5 Jan. she left.", ["January fifth is fine.", "On the fifth of January she left."]),
        ("She works for the dept. The pay is low.", ["She works for the department.", "The pay is low."]),
        ("Thanks, hon. See you later.", ["Thanks, hon.", "See you later."]),
        ("The name is apt. It fits.", ["The name is apt.", "It fits."]),
        ("They threw him in the brig. He cried.", ["They threw him in the brig.", "He cried."]),
        ("“We open at 5 p.m.” She left.", ["“We open at five PM.”", "She left."]),
        ("He sold apples, pears, etc. They were good.", ["He sold apples, pears, et cetera.", "They were good."]),
        ("In Oct. Britain voted. In Nov. I went home.", ["In October Britain voted.", "In November I went home."]),
        (
            "Sales fell in Sept. They rose in Dec. Then they fell.",
            ["Sales fell in September.", "They rose in December.", "Then they fell."],
        ),
        ("Dr. No and Mr. Do met Mrs. So.", ["doctor No and mister Do met missus So."]),
        ("Meet me at 42nd St. Bring a coat.", ["Meet me at forty second street.", "Bring a coat."]),
        ("He has a good rep. Works hard.", ["He has a good rep.", "Works hard."]),
        ("Our rep. Karen Jones called.", ["Our representative Karen Jones called."]),
        ("We left in Dec. Nobody noticed.", ["We left in December.", "Nobody noticed."]),
        ("U.S. Rep. Nancy Pelosi and Sen. May spoke.", ["US representative Nancy Pelosi and senator May spoke."]),
        ("The form, rev. 3, is new.", ["The form, revision three, is new."]),
    ],
)
def test_a_word_that_is_a_short_form_too_ends_its_sentence(written: str, said: list[str]) -> None:
    assert [sentence.text for sentence in speak(written)] == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("(iii) the Tenant", "(three) the Tenant"),
        ("Clause 9(c)(iv) survives", "Clause nine(c)(four) survives"),
        ("under (i), (vii) and (xi)", "under (one), (seven) and (eleven)"),
        ("(v) the Guarantor pays", "(five) the Guarantor pays"),
        ("the letter xi (xi) is Greek", "the letter xi (xi) is Greek"),
        ("open it in the editor (vi) first", "open it in the editor (vi) first"),
        ("where f(x) and (x) meet", "where f of x and (x) meet"),
        ("an item (mix) of it", "an item (mix) of it"),
        ("Lancet 396:204–211", "Lancet three hundred and ninety six, two hundred and four to two hundred and eleven"),
        ("Cell Biol. 118:37-58", "Cell Biol. one hundred and eighteen, thirty seven to fifty eight"),
        ("the bus leaves 7:30–9 today", "the bus leaves seven thirty–nine today"),
        ("doi:10.1126/abc-12.9", "doi:one zero dot one one two six slash abc dash one two dot nine"),
        ("§§ 40–42 apply", "sections forty to forty two apply"),
    ],
)
def test_clauses_volumes_and_identifiers_are_read_as_references(written: str, said: str) -> None:
    assert normalise_line(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Two Sr. Developers met a Jr. Analyst.", ["Two senior Developers met a junior Analyst."]),
        ("From Jr. Accountant to Sr. Partner.", ["From junior Accountant to senior Partner."]),
        ("Sr. Data Scientist, Acme", ["senior Data Scientist, Acme"]),
        ("Lee Wang, Sr. Counsel", ["Lee Wang, senior Counsel"]),
        ("Google Sr. Director Amy Wu agreed.", ["Google senior Director Amy Wu agreed."]),
        ("她从 Jr. Editor 升到 Sr. Editor 了", ["她从 junior Editor 升到 senior Editor 了"]),
        ("An Assoc. Dean spoke.", ["An associate Dean spoke."]),
        ("The Bar Assoc. objected. It won.", ["The Bar association objected.", "It won."]),
        ("We rang John Jr. Then he left.", ["We rang John junior.", "Then he left."]),
        ("We honor Ken Griffey Jr. Today he turns fifty.", ["We honor Ken Griffey junior.", "Today he turns fifty."]),
        ("Sammy Davis, Jr. He sang.", ["Sammy Davis, junior.", "He sang."]),
        ("She walked along Lake Shore Dr. with Dr. Wu.", ["She walked along Lake Shore drive with doctor Wu."]),
        ("They moved to Oak Dr. He likes it.", ["They moved to Oak drive.", "He likes it."]),
        ("I spoke to Prof. Dr. Kim.", ["I spoke to professor doctor Kim."]),
    ],
)
def test_a_rank_goes_on_with_a_post_and_behind_a_name_ends(written: str, said: list[str]) -> None:
    assert [sentence.text for sentence in speak(written)] == said
