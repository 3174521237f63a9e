"""isthmus joins qualifications and vacancies in one graph, by learning outcomes and skills."""

__version__ = "0.1.0"
