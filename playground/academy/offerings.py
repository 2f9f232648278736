"""What the sample academy offers: titles, topics, dates and how hard it is to finish. Text only, nothing drawn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Offering:
    """A course and its runs. `finish` is the share of learners who mean to finish, `never` of those who never start."""

    title: str
    code: str
    kind: str
    """`cohort` (scheduled weeks), `skills` or `compliance` (self-paced)."""
    starts: tuple[str, ...]
    """First day of each run; a self-paced offering has one, its release."""
    topics: tuple[str, ...]
    finish: float
    never: float
    reach: float
    """Share of people who enroll in a run."""
    access_days: int | None = None
    registration: str = "Open within your organization"
    is_automated: bool = True
    has_requirements: bool = True
    asks_for_points: bool = True


def _topics(text: str) -> tuple[str, ...]:
    return tuple(topic.strip() for topic in text.split("|"))


OFFERINGS: tuple[Offering, ...] = (
    Offering(
        "Leading Through Change", "LEAD-301", "cohort",
        ("2024-09-16", "2025-03-03", "2025-09-15", "2026-03-02", "2026-09-21"),
        _topics("Why change stalls | Mapping stakeholders | Telling the story of change | Leading resistance | "
                "Building momentum | Making it last"),
        0.71, 0.10, 0.055,
    ),
    Offering(
        "First-Time Manager Essentials", "LEAD-101", "cohort",
        ("2024-10-07", "2025-02-03", "2025-06-02", "2025-10-06", "2026-02-02", "2026-06-01", "2026-10-26"),
        _topics("From peer to manager | Setting expectations | One-on-ones that matter | Delegating well | "
                "Difficult conversations"),
        0.74, 0.08, 0.05, registration="Closed enrollment",
    ),
    Offering(
        "Design Thinking in Practice", "INNO-210", "cohort",
        ("2024-11-04", "2025-05-05", "2025-11-03", "2026-05-04"),
        _topics("Empathy interviews | Framing the problem | Ideas in volume | Prototyping cheaply | "
                "Testing with customers"),
        0.68, 0.10, 0.05,
    ),
    Offering(
        "Strategic Thinking for Senior Leaders", "LEAD-501", "cohort", ("2025-01-13", "2026-01-12"),
        _topics("Reading the market | Choosing where to play | Building advantage | Scenario planning | "
                "Allocating capital | Leading the portfolio | From strategy to execution"),
        0.66, 0.09, 0.035, registration="Closed enrollment", is_automated=False,
    ),
    Offering(
        "Inclusive Leadership", "LEAD-220", "cohort", ("2025-04-07", "2025-10-20", "2026-04-06", "2026-10-26"),
        _topics("Noticing bias | Psychological safety | Inclusive meetings | Sponsoring others"),
        0.70, 0.10, 0.06,
    ),
    Offering(
        "Storytelling with Data", "DATA-150", "cohort", ("2025-02-17", "2025-09-01", "2026-02-16", "2026-08-31"),
        _topics("Know your audience | Choosing the chart | Removing clutter | Focusing attention | "
                "From chart to story"),
        0.69, 0.11, 0.055, registration="Free",
    ),
    Offering(
        "Negotiation Lab", "COMM-310", "cohort", ("2025-06-16", "2026-06-15"),
        _topics("Preparing your position | Creating value | Claiming value | Multi-party deals"),
        0.70, 0.08, 0.04, asks_for_points=False,
    ),
    Offering(
        "Agile Product Ownership", "PROD-200", "cohort", ("2025-03-17", "2026-03-16"),
        _topics("The product vision | Slicing the backlog | Prioritizing | Working with the team | "
                "Measuring outcomes"),
        0.67, 0.11, 0.05, registration="Open based on Entitlements",
    ),
    Offering(
        "Coaching Skills for Leaders", "LEAD-240", "cohort", ("2026-11-16",),
        _topics("Listening | Asking powerful questions | Goals that stick | Closing the loop"),
        0.66, 0.10, 0.03, registration="Closed enrollment",
    ),
    Offering(
        "Code of Conduct 2025", "COMP-025", "compliance", ("2025-01-06",),
        _topics("Our values | Conflicts of interest | Speaking up"),
        0.86, 0.09, 0.34, access_days=45,
    ),
    Offering(
        "Code of Conduct 2026", "COMP-026", "compliance", ("2026-01-05",),
        _topics("Our values | Gifts and hospitality | Speaking up"),
        0.87, 0.08, 0.36, access_days=45,
    ),
    Offering(
        "Information Security Essentials", "COMP-110", "compliance", ("2024-09-02",),
        _topics("Phishing | Passwords and passkeys | Handling data"),
        0.82, 0.10, 0.32, access_days=60,
    ),
    Offering(
        "Anti-Bribery and Fair Competition", "COMP-130", "compliance", ("2025-09-08",),
        _topics("Public officials | Third parties | Talking to competitors"),
        0.80, 0.11, 0.20, access_days=60, asks_for_points=False,
    ),
    Offering(
        "Welcome to Meridian: New Hire Onboarding", "ONBD-001", "skills", ("2024-09-02",),
        _topics("Who we are | How we work | Your first thirty days | Where to find help"),
        0.76, 0.08, 0.26, access_days=90,
    ),
    Offering(
        "Giving Feedback That Lands", "COMM-120", "skills", ("2024-10-14",),
        _topics("Why feedback fails | Describing behavior | Feedforward | Receiving feedback"),
        0.58, 0.16, 0.13,
    ),
    Offering(
        "Excel to Insight: Data Analysis Foundations", "DATA-101", "skills", ("2024-09-02",),
        _topics("Tidy tables | Formulas that last | Pivoting | Joining tables | Distributions | Comparing groups | "
                "Forecasting | Presenting results"),
        0.40, 0.19, 0.12, asks_for_points=False,
    ),
    Offering(
        "Presenting with Confidence", "COMM-140", "skills", ("2025-02-10",),
        _topics("Opening strong | Slides that help | Voice and presence | Handling questions"),
        0.55, 0.15, 0.09, access_days=120, registration="Free", is_automated=False, has_requirements=False,
        asks_for_points=False,
    ),
    Offering(
        "Project Management Foundations", "PROJ-100", "skills", ("2025-05-12",),
        _topics("Scoping | Planning backwards | Risks and issues | Leading without authority | Closing well"),
        0.50, 0.17, 0.11,
    ),
)  # fmt: skip
"""40 runs of 18 offerings."""

SANDBOXES: tuple[Offering, ...] = (
    Offering(
        "[SANDBOX] Leading Through Change", "LEAD-301-X", "cohort", ("2024-08-12",),
        _topics("Why change stalls | Mapping stakeholders"), 0.5, 0.3, 0.006,
    ),
    Offering(
        "Template: Compliance Course (do not enroll)", "TEMPLATE-1", "compliance", ("2024-09-02",),
        _topics("Topic one | Topic two"), 0.5, 0.3, 0.004,
    ),
)  # fmt: skip

SEASONS = {1: "Winter", 2: "Winter", 3: "Spring", 4: "Spring", 5: "Spring", 6: "Summer", 8: "Fall", 9: "Fall",
           10: "Fall", 11: "Fall"}  # fmt: skip

QUESTIONS = (
    "Which of these is the best first step when you work on “{topic}”?",
    "A colleague asks for help with {topic}. What do you do first?",
    "Which statement about {topic} is supported by the research in this section?",
    "In the case study, what made the difference for {topic}?",
    "What is the most common mistake with {topic}?",
    "Which measure tells you that {topic} is on track?",
    "Who should be involved early in {topic}?",
    "What does the “two-way door” test mean for {topic}?",
    "Which sentence is an example of good practice in {topic}?",
    "When is it reasonable to stop and escalate, with respect to {topic}?",
)
RIGHT = (
    "Ask, listen, and write down what you heard",
    "Agree on the outcome before the method",
    "Start small, measure, then widen",
    "Name the owner and the date",
    'Say "I don\'t know yet", and find out',
)
WRONG = (
    "Wait until all the data is in",
    "Send an email to everyone, including leadership",
    "Repeat what worked last time",
    "Leave it to the project office",
    "Decide alone, quickly",
    "Escalate immediately",
    "None of the above",
)
RATINGS = ("Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree")
SURVEY = (
    "This course was worth my time.",
    "I can apply what I learned in my job.",
    "The facilitators gave useful feedback.",
    "What should we change, keep, or add?",
)
COMMENTS = (
    "More time for the team project, please.",
    "Loved the live session; the captions were off, though.",
    'The example about "Project Ikarus" made it click.',
    "Très bien, merci à toute l'équipe !",
    "Less text on the slides.\nMore cases from our own plants.",
    "Nothing to add",
)
